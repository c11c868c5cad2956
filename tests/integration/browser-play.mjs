// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 the gst-plugins-recording authors
//
// node browser-play.mjs FILE [audio]: plays a recording in Chromium's <video>.
// It must load, advance, seek, and show a picture that is not black.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launch, serve } from './browser.mjs';

const [file, audioOnly] = process.argv.slice(2);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'rec-play-'));
const html = path.join(dir, 'index.html');
fs.writeFileSync(html, '<!doctype html><video id=v muted></video>');
const { server, url } = await serve({ '/': html, '/recording.mp4': file });
const browser = await launch();

async function play(audioOnly) {
  const video = document.getElementById('v');
  const failed = new Promise((_, reject) => video.addEventListener('error',
    () => reject(Error('<video>: ' + video.error?.message))));
  const seeked = () => new Promise(done =>
    video.addEventListener('seeked', done, { once: true }));
  const timeout = new Promise((_, reject) =>
    setTimeout(() => reject(Error('<video> hangs')), 20000));

  async function watch() {
    video.src = '/recording.mp4';
    await video.play();
    while (video.currentTime < 1)
      await new Promise(tick => setTimeout(tick, 50));
    video.pause();
    const wanted = seeked();
    video.currentTime = video.duration * 0.6;
    await wanted;

    const result = { width: video.videoWidth, height: video.videoHeight,
      duration: video.duration, at: video.currentTime, brightest: 0 };
    if (audioOnly)
      return result;
    const canvas = document.createElement('canvas');
    canvas.width = 192;
    canvas.height = 108;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, 192, 108);
    const pixels = context.getImageData(0, 0, 192, 108).data;
    for (let i = 0; i < pixels.length; i += 4)
      result.brightest = Math.max(result.brightest, pixels[i + 1]);
    return result;
  }
  return Promise.race([watch(), failed, timeout]);
}

let status = 0;
try {
  const page = await browser.newPage();
  await page.goto(url);
  const result = await page.evaluate(play, Boolean(audioOnly));
  console.log('browser:', JSON.stringify(result));
  if (!audioOnly && (result.width === 0 || result.brightest < 32))
    throw Error('no picture');
} catch (error) {
  console.error('browser:', error.message);
  status = 1;
}
await browser.close();
server.close();
fs.rmSync(dir, { recursive: true });
process.exit(status);
