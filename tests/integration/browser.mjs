// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 the gst-plugins-recording authors
//
// Headless Chromium, and a server on loopback for the files it is to load.

import { createRequire } from 'node:module';
import fs from 'node:fs';
import http from 'node:http';

const { chromium } =
  createRequire(process.env.REC_NODE_DIR + '/')('playwright-core');

const types = { html: 'text/html', mp4: 'video/mp4' };

function range(header, size) {
  const match = /bytes=(\d+)-(\d*)/.exec(header ?? '');
  if (!match)
    return null;
  return [+match[1], match[2] ? Math.min(+match[2], size - 1) : size - 1];
}

// files: { '/name': path }. Answers ranges, without which <video> cannot seek.
export async function serve(files) {
  const server = http.createServer((request, response) => {
    const path = files[request.url.split('?')[0]];
    if (!path) {
      response.writeHead(404).end();
      return;
    }
    const size = fs.statSync(path).size;
    const part = range(request.headers.range, size);
    const [start, end] = part ?? [0, size - 1];
    response.writeHead(part ? 206 : 200, {
      'content-type': types[path.split('.').pop()] ?? 'text/plain',
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      ...(part ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    });
    fs.createReadStream(path, { start, end }).pipe(response);
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

export async function launch(args = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding', ...args],
  });
}
