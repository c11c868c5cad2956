// Writes the V4 signed URLs of Google's JavaScript client as a GLib key file:
//
//   npm install @google-cloud/storage@7.22.0
//   node generate.mjs FOLDER
//
// into FOLDER/urls.txt. The client signs with RSA keys only. Here it gets an HMAC
// key to sign with instead, and the name of the algorithm is changed to the one
// of such keys; all else that is signed is as the client has it.
import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'x.js'));
const { Storage } = require('@google-cloud/storage');
const { URLSigner } = require(join(process.cwd(),
  'node_modules/@google-cloud/storage/build/cjs/src/signer.js'));

const id = 'GOOG1EXAMPLE';
const secret = 'bGoa+V7g/yqDXvKRqq+JTFn4uQZbPiQJo4pf9RzJ';
const mac = (key, text) => createHmac('sha256', key).update(text).digest();

let canonical;
class Signer extends URLSigner {
  getCanonicalRequest(method, path, query, ...rest) {
    canonical = super.getCanonicalRequest(method, path,
      query.replace('GOOG4-RSA-SHA256', 'GOOG4-HMAC-SHA256'), ...rest);
    return canonical;
  }
}

const auth = {
  async getCredentials() { return { client_email: id }; },
  async sign(blob) {
    const [, date, scope] = blob.split('\n');
    const hash = createHash('sha256').update(canonical).digest('hex');
    const text = ['GOOG4-HMAC-SHA256', date, scope, hash].join('\n');
    const key = scope.split('/').reduce(mac, 'GOOG4' + secret);
    return mac(key, text).toString('base64');
  },
};

const storage = new Storage({ projectId: 'p' });
// the client refuses what is over
const at = new Date(Date.UTC(2036, 0, 2, 3, 4, 5));
const cases = {
  'read': { key: 'session 1.mp4', method: 'GET', seconds: 3600 },
  'a-week': { key: 'a/b', method: 'GET', seconds: 604800 },
  'odd-name': { key: "größe/日本 a+b%c!'()*.mp4", method: 'GET', seconds: 1 },
  'read-as': { key: 'a', method: 'GET', seconds: 60,
    type: 'video/mp4; codecs="avc1"',
    disposition: 'attachment; filename="a b+c%d.mp4"' },
  'write': { key: 'new', method: 'PUT', seconds: 900 },
};

let out = '';
for (const [name, c] of Object.entries(cases)) {
  const file = storage.bucket('recordings').file(c.key);
  const signer = new Signer(auth, file.bucket, file, storage);
  const url = await signer.getSignedUrl({
    method: c.method, version: 'v4', accessibleAt: at,
    expires: new Date(at.getTime() + c.seconds * 1000),
    queryParams: { ...(c.type && { 'response-content-type': c.type }),
      ...(c.disposition && { 'response-content-disposition': c.disposition }),
    },
  });
  const fields = { ...c, now: at.getTime() * 1000, id, secret,
    url: url.replace('GOOG4-RSA-SHA256', 'GOOG4-HMAC-SHA256') };
  out += `[${name}]\n` + Object.entries(fields)
    .map(([k, v]) => `${k}=${String(v).replace(/\\/g, '\\\\')}\n`).join('')
    + '\n';
}
writeFileSync(join(process.argv[2], 'urls.txt'), out);
