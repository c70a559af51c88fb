/** What the landmark runtime takes for a page. */
interface WorkerScope {
  window?: unknown;
  document?: unknown;
  importScripts(url: string): void;
}

/** A script element as far as the runtime uses one. */
interface ScriptElement {
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: () => void): void;
}

/**
 * Gives a worker as much of a page as the landmark runtime asks for: a canvas, and scripts that load when they are appended.
 *
 * The runtime has a path of its own for workers, but that one never makes the drawing context it then uses for every frame, and breaks at the
 * first. Its path for pages works in a worker as soon as `window` and these few members of `document` are there.
 *
 * @param beforeScript Called with the address of each script before it runs.
 */
export function installWorkerPage(scope: WorkerScope, beforeScript: (url: string) => void): void {
  const sources = new WeakMap<ScriptElement, { url: string; onLoad: () => void }>();
  scope.window = scope;
  scope.document = {
    createElement(name: string): ScriptElement | OffscreenCanvas {
      if (name === 'canvas') {
        return new OffscreenCanvas(1, 1);
      }
      const state = { url: '', onLoad: () => {} };
      const element: ScriptElement = {
        setAttribute(attribute, value) {
          if (attribute === 'src') state.url = value;
        },
        addEventListener(type, listener) {
          if (type === 'load') state.onLoad = listener;
        },
      };
      sources.set(element, state);
      return element;
    },
    body: {
      appendChild(element: ScriptElement) {
        const state = sources.get(element)!;
        beforeScript(state.url);
        // A script that cannot be loaded throws here, and with it the runtime's promise is rejected.
        scope.importScripts(state.url);
        state.onLoad();
      },
    },
    addEventListener() {},
    removeEventListener() {},
  };
}
