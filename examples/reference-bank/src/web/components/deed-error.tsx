import { Notice } from './notice';

/** Why a deed failed; nothing where it did not. */
export function DeedError({ text }: { text: string | undefined }) {
  return text === undefined ? null : (
    <Notice tone="danger" live="alert">
      {text}
    </Notice>
  );
}
