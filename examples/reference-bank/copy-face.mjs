import { rm, writeFile } from 'node:fs/promises';
import { copyFaceAssets } from '@tacit-auth/capture/face-assets';

// The frame and the models of the face check, each file checked, and the list of them for the server.
const folder = 'dist/face';
await rm(folder, { recursive: true, force: true });
const assets = await copyFaceAssets({ to: `${folder}/files` });
await writeFile(`${folder}/assets.json`, `${JSON.stringify(assets, null, 2)}\n`);
