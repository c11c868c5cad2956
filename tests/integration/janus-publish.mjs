// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 the gst-plugins-recording authors
//
// node janus-publish.mjs SECONDS AUDIO SCREEN WEBCAM [--srtp SUITE:KEY]
//   [--simulcast ROLE] [--do "SECOND OPERATION [ROLE [ARGUMENT]]; …"]:
// publishes a screen, a webcam and a sound from Chromium in Janus' videoroom
// 1234, says "joined", and at a line on its input has Janus forward them as RTP
// to these ports of loopback, RTCP one above. The operations are those of
// janus-page.html, and leave and join.

import { once } from 'node:events';
import { parseArgs } from 'node:util';

import { launch, serve } from './browser.mjs';

const JANUS = 'http://127.0.0.1:8088/janus';
const ROOM = 1234;
const { values: options, positionals } = parseArgs({ allowPositionals: true,
  options: { srtp: { type: 'string' }, simulcast: { type: 'string' },
    do: { type: 'string', default: '' } } });
const [seconds, audio, screen, webcam] = positionals.map(Number);
const ports = { audio, screen, webcam };
const payloadTypes = { audio: 111, screen: 96, webcam: 97 };
const plan = options.do.split(';').filter(step => step.trim()).map(step => {
  const [second, operation, ...args] = step.trim().split(/\s+/);
  return { second: +second, operation, args };
});

let transactions = 0;

async function request(path, body) {
  const transaction = `t${++transactions}`;
  const response = await fetch(JANUS + path, { method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ transaction, ...body }) });
  const reply = await response.json();
  if (reply.janus === 'error')
    throw Error(JSON.stringify(reply.error));
  return { transaction, reply };
}

class Handle {
  static async open() {
    const self = new Handle();
    self.session = '/' + (await request('', { janus: 'create' })).reply.data.id;
    const attached = await request(self.session,
      { janus: 'attach', plugin: 'janus.plugin.videoroom' });
    self.path = `${self.session}/${attached.reply.data.id}`;
    return self;
  }

  // What Janus does at once is in the reply, else in an event.
  async send(body, jsep) {
    const { transaction, reply } = await request(this.path,
      { janus: 'message', body, ...(jsep ? { jsep } : {}) });
    const event = reply.janus === 'success' ? reply
      : await this.#event(transaction);
    const data = event.plugindata.data;
    if (data.error)
      throw Error(JSON.stringify(data));
    return { data, jsep: event.jsep };
  }

  async #event(transaction) {
    for (const deadline = Date.now() + 15000; Date.now() < deadline;) {
      const response = await fetch(`${JANUS}${this.session}?maxev=1`);
      const events = [].concat(await response.json());
      const found = events.find(event => event.transaction === transaction
        && event.janus === 'event');
      if (found)
        return found;
    }
    throw Error('Janus does not answer');
  }

  close() {
    return request(this.session, { janus: 'destroy' });
  }
}

const { server, url } = await serve(
  { '/': new URL('janus-page.html', import.meta.url).pathname });
const browser = await launch(['--disable-features=WebRtcHideLocalIpsWithMdns',
  '--allow-loopback-in-peer-connection']);
const page = await browser.newPage();
await page.goto(url);
// A click, so that the AudioContext runs.
await page.mouse.click(10, 10);

let handle;
let publisher;
let mids;

async function join() {
  handle = await Handle.open();
  const joined = await handle.send(
    { request: 'join', ptype: 'publisher', room: ROOM, display: 'agent' });
  publisher = joined.data.id;
  const offered = await page.evaluate(role => offer(role), options.simulcast);
  mids = offered.mids;
  const configured = await handle.send({ request: 'configure',
    bitrate: 4000000, descriptions: Object.entries(mids)
      .map(([role, mid]) => ({ mid, description: role })) }, offered.jsep);
  await page.evaluate(jsep => answer(jsep), configured.jsep);
}

// Janus takes the key of SRTP at the root of the request, for all streams.
function srtp() {
  if (!options.srtp)
    return {};
  const [suite, key] = options.srtp.split(':');
  return { srtp_suite: +suite, srtp_crypto: key };
}

async function forward() {
  const forwarded = await handle.send({ request: 'rtp_forward', room: ROOM,
    publisher_id: publisher, host: '127.0.0.1', host_family: 'ipv4', ...srtp(),
    streams: Object.entries(mids).map(([role, mid]) => ({ mid,
      port: ports[role], rtcp_port: ports[role] + 1, pt: payloadTypes[role],
      ...(role === options.simulcast ? { simulcast: true } : {}) })) });
  console.log(`forwarding ${forwarded.data.forwarders.length} streams`);
}

async function leave() {
  await handle.send({ request: 'leave' });
  await page.evaluate(() => operations.hangup());
  await handle.close();
}

async function perform({ operation, args }) {
  if (operation === 'leave')
    await leave();
  else if (operation === 'join')
    await join().then(forward);
  else
    await page.evaluate(([name, rest]) => operations[name](...rest),
      [operation, args]);
}

await join();
console.log('joined');
await once(process.stdin, 'data');
await forward();
const start = Date.now();
const elapsed = () => (Date.now() - start) / 1000;
// Janus drops a session that nobody polls for a minute.
const until = second => new Promise(done =>
  setTimeout(done, second * 1000 - (Date.now() - start)));
for (const step of plan) {
  await until(step.second);
  await perform(step);
  console.log(`did=${elapsed().toFixed(3)} ${step.operation} ${step.args.join(' ')}`);
}
await until(seconds);
console.log(`sent=${elapsed().toFixed(3)}`);
await handle.close();
await browser.close();
server.close();
process.exit(0);
