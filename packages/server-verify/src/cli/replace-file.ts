import { randomBytes } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileContent } from './cli-streams';

/**
 * Writes a file so that its path holds the former content or the new one, never a part: into a new file of the same folder, which takes its name at
 * the end. A link stays a link, and a file that was there keeps its mode; a new one is readable by its owner only. Devices and pipes are written as
 * they are.
 *
 * @throws the platform's error, or that of `content`; the path is then as it was
 */
export async function replaceFile(path: string, content: FileContent): Promise<void> {
  const former = await unlessMissing(stat(path));
  if (former !== undefined && !former.isFile()) {
    await writeFile(path, content);
    return;
  }
  const target = (await unlessMissing(realpath(path))) ?? path;
  const temporary = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    if (former !== undefined) {
      await chmod(temporary, former.mode & 0o777);
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function unlessMissing<Value>(found: Promise<Value>): Promise<Value | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && (error as { code?: unknown }).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
