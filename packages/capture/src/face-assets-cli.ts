import { copyFaceAssets, FaceAssetsError } from './face-assets-copy';

const USAGE = `tacit-face-assets DIR

Fills DIR with the frame that looks at faces: its page, its scripts and its models. Serve DIR from the origin of your page.
Needs @mediapipe/face_mesh and @vladmandic/face-api installed beside @tacit-auth/capture.
`;

interface Output {
  write(text: string): unknown;
}

/** The command `tacit-face-assets`. Returns its exit code: 0, 1 where files are missing or not the right ones, 2 for a wrong call. */
export async function runFaceAssets(args: readonly string[], out: Output, errors: Output, copy = copyFaceAssets): Promise<number> {
  const [to, ...rest] = args;
  if (to === '--help' || to === '-h') {
    out.write(USAGE);
    return 0;
  }
  if (to === undefined || to === '' || to.startsWith('-') || rest.length > 0) {
    errors.write(USAGE);
    return 2;
  }
  try {
    for (const { path, bytes, sha256 } of await copy({ to })) {
      out.write(`${sha256}  ${String(bytes).padStart(8)}  ${path}\n`);
    }
    return 0;
  } catch (cause) {
    if (!(cause instanceof FaceAssetsError) && !(cause instanceof Error && 'syscall' in cause)) {
      throw cause;
    }
    errors.write(`tacit-face-assets: ${cause.message}\n`);
    return 1;
  }
}
