import { nodeWorld } from './cli/node-world';
import { runCli } from './cli/run-cli';

process.exitCode = await runCli({ argv: process.argv.slice(2), ...nodeWorld() });
