/**
 * The Content-Security-Policy of the frame, and of no other page. The loader of the landmark network evaluates code, so `'unsafe-eval'` is allowed
 * here; in exchange the frame may load and reach nothing but its own origin, hold no form, and be shown by its own origin only.
 */
export const FACE_FRAME_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** The response headers that every file of the frame needs: the page, its scripts, and the models. A new object at each call. */
export function faceFrameHeaders(): Record<string, string> {
  return {
    'content-security-policy': FACE_FRAME_POLICY,
    'permissions-policy': 'camera=(self), microphone=(), geolocation=(), display-capture=()',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // Lets the frame be shown in a page that isolates itself; nothing of another origin is loaded here anyway.
    'cross-origin-embedder-policy': 'require-corp',
    'referrer-policy': 'no-referrer',
  };
}
