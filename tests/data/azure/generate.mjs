// Writes what Microsoft's JavaScript client signs, as GLib key files:
//
//   npm install @azure/storage-blob@12.29.1
//   node generate.mjs FOLDER
//
// into FOLDER/sharedkey.txt and FOLDER/sas.txt. Nothing is sent: the client's
// requests end in the HTTP client below.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// from node_modules of the current folder, wherever this file is
const require = createRequire(join(process.cwd(), 'x.js'));
const { BlobServiceClient, StorageSharedKeyCredential, newPipeline,
  generateBlobSASQueryParameters, BlobSASPermissions,
  ContainerSASPermissions, SASProtocol } = require('@azure/storage-blob');

const account = 'recordings';
const key = Buffer.from('0123456789abcdef'.repeat(4)).toString('base64');
const credential = new StorageSharedKeyCredential(account, key);

function escape(text) {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
    .replace(/^ /, '\\s');
}

function group(name, fields) {
  return `[${name}]\n` + Object.entries(fields)
    .map(([k, v]) => `${k}=${escape(String(v))}\n`).join('') + '\n';
}

let captured;
const httpClient = {
  async sendRequest(request) {
    captured = request;
    return { request, status: 418, headers: request.headers };
  },
};

function client(url) {
  return new BlobServiceClient(url, newPipeline(credential,
    { httpClient, retryOptions: { maxTries: 1 } }));
}

const azure = `https://${account}.blob.core.windows.net`;
const local = `http://127.0.0.1:10000/${account}`;
const id = Buffer.from('part-00001').toString('base64');
const requests = {
  'put-blob': b => b.upload('hello', 5, {
    blobHTTPHeaders: { blobContentType: 'video/mp4',
      blobContentDisposition: 'attachment; filename="a b.mp4"' },
    metadata: { a1: 'one', a_b: ' spaces in it ', ab: 'x', _z: '1' },
    tier: 'Cool', tags: { 'queue name': 'a=b&c', agent: '7' },
    conditions: { ifNoneMatch: '*' } }),
  'put-empty-blob': b => b.upload('', 0),
  'put-block': b => b.stageBlock(id, 'hello', 5, {
    transactionalContentMD5: Buffer.from('XUFAKrxLKna5cZ2REBfFkg==',
      'base64') }),
  'put-block-with-lease': b => b.stageBlock(id, 'hello', 5,
    { conditions: { leaseId: '00000000-1111-2222-3333-444444444444' } }),
  'put-block-list': b => b.commitBlockList([id, id]),
  'get-block-list': b => b.getBlockList('all'),
  'get-range': b => b.download(5, 10, { conditions: { ifMatch: '"0x8"' } }),
  'head': b => b.getProperties(),
  'get-tags': b => b.getTags(),
  'delete': b => b.delete({ conditions: { ifModifiedSince:
    new Date(Date.UTC(2026, 1, 3, 4, 5, 6)) } }),
  'lease': b => b.getBlobLeaseClient('00000000-1111-2222-3333-444444444444')
    .acquireLease(15),
  'break-lease': b => b.getBlobLeaseClient('x').breakLease(0),
};

async function run(out, name, call) {
  captured = undefined;
  await call().catch(() => {});
  const headers = captured.headers.headersArray()
    .filter(h => !/^(authorization|user-agent)$/i.test(h.name))
    .map(h => `${h.name}: ${h.value}`).join('\n');
  out.push(group(name, { account, key, method: captured.method,
    url: captured.url, headers,
    authorization: captured.headers.get('authorization') }));
}

const sharedkey = [];
for (const [name, call] of Object.entries(requests)) {
  await run(sharedkey, name, () => call(client(azure)
    .getContainerClient('c').getBlockBlobClient('session 1.mp4')));
}
for (const blob of ['plain', 'a/b', 'a b+c%d', 'größe/日本.mp4', "it's (1)!*"])
  await run(sharedkey, `name ${blob}`, () => client(local)
    .getContainerClient('c').getBlockBlobClient(blob).getProperties());
await run(sharedkey, 'list', () => client(azure).getContainerClient('c')
  .listBlobsFlat({ prefix: 'a b/', includeUncommitedBlobs: true }).next());

const start = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const expiry = new Date(Date.UTC(2026, 0, 9, 3, 4, 5));
const signed = {
  'read': { blobName: 'session 1.mp4', permissions: 'r' },
  'read-over-http': { blobName: 'session 1.mp4', permissions: 'r',
    protocol: SASProtocol.HttpsAndHttp },
  'read-from-a-time': { blobName: 'a/b', permissions: 'r',
    startsOn: start },
  'read-as': { blobName: 'größe/日本.mp4', permissions: 'r', startsOn: start,
    contentType: 'video/mp4; codecs="avc1"',
    contentDisposition: 'attachment; filename="a b+c%d.mp4"' },
  'write': { blobName: 'a b+c%d', permissions: 'cw' },
  'container': { permissions: 'racwdl' },
};
const sas = [];
for (const [name, values] of Object.entries(signed)) {
  const perms = values.blobName ? BlobSASPermissions : ContainerSASPermissions;
  const query = generateBlobSASQueryParameters({
    containerName: 'c', version: '2021-12-02', expiresOn: expiry,
    protocol: SASProtocol.Https, ...values,
    permissions: perms.parse(values.permissions),
  }, credential);
  const fields = { account, key, container: 'c',
    permissions: values.permissions, expiry: expiry.getTime() * 1000,
    http: values.protocol === SASProtocol.HttpsAndHttp };
  if (values.blobName) fields.blob = values.blobName;
  if (values.startsOn) fields.start = start.getTime() * 1000;
  if (values.contentType) fields['content-type'] = values.contentType;
  if (values.contentDisposition)
    fields['content-disposition'] = values.contentDisposition;
  sas.push(group(name, { ...fields, query: query.toString() }));
}

writeFileSync(join(process.argv[2], 'sharedkey.txt'), sharedkey.join(''));
writeFileSync(join(process.argv[2], 'sas.txt'), sas.join(''));
