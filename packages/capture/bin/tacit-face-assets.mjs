#!/usr/bin/env node
import { runFaceAssets } from '../dist/face-assets-cli.js';

process.exitCode = await runFaceAssets(process.argv.slice(2), process.stdout, process.stderr);
