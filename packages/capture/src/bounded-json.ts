import { CaptureError } from './errors';

/**
 * The text of a response of at most `maxBytes` bytes.
 *
 * @throws CaptureError `ERR_TRANSPORT_SIZE`, once the bound is passed and before more is read.
 */
export async function boundedText(response: Response, maxBytes: number): Promise<string> {
  const tooLarge = () => new CaptureError('ERR_TRANSPORT_SIZE', `the answer has more than ${maxBytes} bytes`, { field: 'maxBytes' });
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  if (response.body === null) {
    return '';
  }
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return text + decoder.decode();
    }
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw tooLarge();
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** The value of a JSON text, null for an empty one, undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') {
    return null;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The engine's message quotes the text; the caller says what was wrong in its own words.
    return undefined;
  }
}
