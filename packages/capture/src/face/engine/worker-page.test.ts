import { afterEach, describe, expect, it, vi } from 'vitest';
import { installWorkerPage } from './worker-page';

afterEach(() => vi.unstubAllGlobals());

interface FakePage {
  createElement(name: string): { setAttribute(n: string, v: string): void; addEventListener(t: string, l: () => void): void };
  body: { appendChild(element: unknown): void };
}

function install(importScripts: (url: string) => void) {
  const order: string[] = [];
  const scope = {
    importScripts(url: string) {
      order.push(`import ${url}`);
      importScripts(url);
    },
  } as { importScripts(url: string): void; window?: unknown; document?: FakePage };
  installWorkerPage(scope, (url) => order.push(`before ${url}`));
  return { scope, order, page: scope.document! };
}

describe('installWorkerPage', () => {
  it('the scope is its own window', () => {
    const { scope } = install(() => {});
    expect(scope.window).toBe(scope);
  });

  it('a script runs when it is appended, after it was announced, and then says that it is loaded', () => {
    const { page, order } = install(() => {});
    const script = page.createElement('script');
    script.setAttribute('crossorigin', 'anonymous');
    script.setAttribute('src', '/face-mesh/x.js');
    script.addEventListener('error', () => order.push('error'));
    script.addEventListener('load', () => order.push('load'));
    expect(order).toEqual([]);
    page.body.appendChild(script);
    expect(order).toEqual(['before /face-mesh/x.js', 'import /face-mesh/x.js', 'load']);
  });

  it('a script that cannot be loaded throws, so that nobody waits for it', () => {
    const { page, order } = install(() => {
      throw new DOMException('gone', 'NetworkError');
    });
    const script = page.createElement('script');
    script.setAttribute('src', '/gone.js');
    script.addEventListener('load', () => order.push('load'));
    expect(() => page.body.appendChild(script)).toThrow('gone');
    expect(order).not.toContain('load');
  });

  it('a canvas is one that works without a page', () => {
    class Canvas {
      constructor(
        readonly width: number,
        readonly height: number,
      ) {}
    }
    vi.stubGlobal('OffscreenCanvas', Canvas);
    expect(install(() => {}).page.createElement('canvas')).toBeInstanceOf(Canvas);
  });
});
