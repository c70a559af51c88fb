import { buildWorkspace } from './build-workspace.mjs';
import { ensureInstall } from './ensure-install.mjs';

await ensureInstall();
await buildWorkspace({ types: true });
