import { WebSocket } from 'ws';
import { CLOSE_CODES } from './close-codes';

/** What the protocol itself finds wrong, in the codes of this interface. */
const PROTOCOL_CODES: ReadonlyMap<number | undefined, readonly [code: number, reason: string]> = new Map([
  // Frames that are none, compressed ones, which were not agreed on, and text that is not UTF-8.
  [1002, [CLOSE_CODES.malformed, 'ERR_EVIDENCE_TYPE']],
  [1007, [CLOSE_CODES.malformed, 'ERR_EVIDENCE_TYPE']],
  // Too many fragments.
  [1008, [CLOSE_CODES.tooLarge, 'ERR_EVIDENCE_SIZE']],
  [1009, [CLOSE_CODES.tooLarge, 'ERR_EVIDENCE_SIZE']],
]);

/** What is emitted when either side has begun to close: from then on the other has so long to follow. */
export const CLOSING = 'closing';

/** Tells a page why a frame was refused by the same codes as everything else. */
export class CodedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    // Without a reason it is the library's own verdict; with one it is what the client said, given back.
    const [coded, why] = (reason === undefined ? PROTOCOL_CODES.get(code) : undefined) ?? [code, reason];
    super.close(coded, why);
    if (this.readyState === WebSocket.CLOSING) {
      this.emit(CLOSING);
    }
  }
}
