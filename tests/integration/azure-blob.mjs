// SPDX-License-Identifier: LGPL-2.1-or-later
// Copyright (C) 2026 the gst-plugins-recording authors
//
// azure-blob.mjs ENDPOINT ACCOUNT KEY CONTAINER COMMAND [ARGUMENT...]
// A blob by Microsoft's own client:
//   create                  the container
//   put NAME FILE           a block blob
//   get NAME FILE           its bytes
//   head NAME               its properties, metadata and tags, as JSON
//   list [PREFIX]           a line each: name, bytes
//   blocks NAME             a line each: committed or uncommitted, id, bytes
//   delete NAME
//   sas NAME PERMISSIONS SECONDS   a URL
// What is not there is "404 BlobNotFound" on the standard error, and exit 4.

import { createRequire } from 'node:module';

const { BlobSASPermissions, BlobServiceClient, StorageSharedKeyCredential } =
  createRequire(process.env.REC_NODE_DIR + '/')('@azure/storage-blob');

const [endpoint, account, key, containerName, command, ...args] =
  process.argv.slice(2);
const service = new BlobServiceClient(endpoint,
  new StorageSharedKeyCredential(account, key));
const container = service.getContainerClient(containerName);

const commands = {
  create: () => container.createIfNotExists(),

  put: (name, file) => container.getBlockBlobClient(name).uploadFile(file),

  get: (name, file) => container.getBlobClient(name).downloadToFile(file),

  async head(name) {
    const blob = container.getBlobClient(name);
    const { contentLength, contentType, contentDisposition, contentMD5,
      accessTier, blobType, etag, leaseState, metadata } =
      await blob.getProperties();
    const { tags } = await blob.getTags();
    console.log(JSON.stringify({ contentLength, contentType,
      contentDisposition, accessTier, blobType, etag, leaseState, metadata,
      contentMD5: contentMD5 && Buffer.from(contentMD5).toString('base64'),
      tags }, null, 1));
  },

  async list(prefix) {
    for await (const blob of container.listBlobsFlat({ prefix }))
      console.log(blob.name, blob.properties.contentLength);
  },

  async blocks(name) {
    const list = await container.getBlockBlobClient(name).getBlockList('all');
    for (const kind of ['committed', 'uncommitted'])
      for (const block of list[kind + 'Blocks'] ?? [])
        console.log(kind, block.name, block.size);
  },

  delete: (name) => container.getBlobClient(name).delete(),

  async sas(name, permissions, seconds) {
    console.log(await container.getBlobClient(name).generateSasUrl({
      permissions: BlobSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + seconds * 1000),
    }));
  },
};

try {
  await commands[command](...args);
} catch (error) {
  if (!error.statusCode)
    throw error;
  console.error(error.statusCode, error.code);
  process.exit(error.statusCode === 404 ? 4 : 1);
}
