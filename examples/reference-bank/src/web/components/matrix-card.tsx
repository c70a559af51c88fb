import { useLayoutEffect, useRef } from 'react';
import type { MatrixCardView } from '../api/types';
import { Button } from './button';

/** The card, shown this once: to print, and as text for a screen reader or a braille printer. */
export function MatrixCard({ card }: { card: MatrixCardView }) {
  return (
    <div className="card-view">
      <CardPicture svg={card.svg} />
      <div className="actions no-print">
        <Button look="secondary" onClick={() => window.print()}>
          Print my card
        </Button>
      </div>
      <details className="no-print">
        <summary>Show the card as text</summary>
        <pre className="card-text">{card.text}</pre>
      </details>
    </div>
  );
}

/** Puts the server's drawing into the page as elements, not as markup: only a well-formed SVG gets in, and no script in it could run. */
function CardPicture({ svg }: { svg: string }) {
  const frame = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const drawing = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    for (const script of drawing.querySelectorAll('script, foreignObject')) {
      script.remove();
    }
    if (drawing.nodeName === 'svg') {
      frame.current?.replaceChildren(document.importNode(drawing, true));
    }
  }, [svg]);
  return <figure className="print-card" ref={frame} />;
}
