import { describe, expect, it } from 'vitest';
import { createMatrixCard } from './matrix-card';
import { matrixCardSvg, matrixCardText } from './matrix-card-print';
import { seededRandom, thrownBy } from './seeded-random.test-support';

const card = createMatrixCard({ random: seededRandom(21) });

describe('matrixCardText', () => {
  it('has each cell in its row and column', () => {
    const lines = matrixCardText(card, { title: 'Acme Bank' }).split('\n');
    expect(lines[0]).toBe('Acme Bank');
    expect(lines[1]).toBe(`Card ${card.id.slice(0, 4)}-${card.id.slice(4, 8)}-${card.id.slice(8)}`);
    expect(lines[3]).toBe('    A  B  C  D  E  F  G  H');
    for (let row = 0; row < 8; row++) expect(lines[4 + row]!.split(/ +/)).toEqual([String(row + 1), ...card.cells[row]!]);
    for (let column = 0; column < 8; column++)
      expect(lines[4]!.indexOf(card.cells[0]![column]!, 4 + column * 3)).toBe(lines[3]!.indexOf('ABCDEFGH'[column]!));
  });
});

describe('matrixCardSvg', () => {
  const svg = matrixCardSvg(card);
  /** Every tag closed in order; enough of XML to see that nothing broke out of its element. */
  function tagsBalance(text: string): boolean {
    const open: string[] = [];
    for (const [, close, name, , selfClosing] of text.matchAll(/<(\/?)([a-z]+)((?:\s[a-zA-Z-]+="[^"<]*")*)\s*(\/?)>/g)) {
      if (close) {
        if (open.pop() !== name) return false;
      } else if (!selfClosing) open.push(name!);
    }
    return open.length === 0 && !text.replace(/<[^<>]*>/g, '').match(/[<>]/);
  }

  it('shows and speaks every cell', () => {
    expect(tagsBalance(svg)).toBe(true);
    expect(svg).toMatch(/^<svg [^>]*role="img"/);
    const title = /aria-labelledby="([^"]+)"/.exec(svg)![1];
    const desc = /aria-describedby="([^"]+)"/.exec(svg)![1];
    expect(svg).toContain(`<title id="${title}">Security card</title>`);
    const spoken = new RegExp(`<desc id="${desc}">([^<]*)</desc>`).exec(svg)![1]!;
    for (let row = 0; row < 8; row++) {
      expect(spoken).toContain(`Row ${row + 1}: ${card.cells[row]!.map((cell, column) => `${'ABCDEFGH'[column]} ${cell}`).join(', ')}.`);
    }
    const shown = [...svg.matchAll(/<text [^>]*>([^<]+)<\/text>/g)].map((match) => match[1]);
    expect(shown.filter((text) => /^[A-HJ-NP-Z2-9]{2}$/.test(text!))).toEqual(card.cells.flat());
  });

  it('puts each cell under its column and beside its row', () => {
    const at = new Map([...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)<\/text>/g)].map(([, x, y, text]) => [text!, [x, y]]));
    const distinct = createMatrixCard({ random: seededRandom(21) }).cells;
    expect(at.get(distinct[2]![1]!)).toEqual([at.get('B')![0], at.get('3')![1]]);
  });

  it('has nothing that runs or loads', () => {
    expect(svg).not.toMatch(/<(script|style|image|use|a|foreignObject|iframe)\b|\son[a-z]+=|href|url\(|style=|javascript:|<!|<\?/i);
    expect(svg.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
    expect(svg).toMatch(/width="148mm" height="105mm"/);
  });

  it('escapes the title', () => {
    const title = `</title><script>alert('1')</script>&"`;
    const escaped = matrixCardSvg(card, { title });
    expect(tagsBalance(escaped)).toBe(true);
    expect(escaped).not.toContain('<script');
    expect(escaped).toContain('&lt;/title&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;&quot;');
  });

  it('takes colours, and only colours', () => {
    expect(matrixCardSvg(card, { theme: { ink: '#0A0b0C' } })).toContain('fill="#0A0b0C"');
    for (const ink of ['red', '#fff', '#12345g', '#000000"/><script>', 'url(#x)']) {
      expect(thrownBy(() => matrixCardSvg(card, { theme: { ink } }))).toBeInstanceOf(RangeError);
    }
    expect(thrownBy(() => matrixCardSvg(card, { theme: { paper: 5 as never } }))).toEqual(new TypeError('theme.paper must be a string'));
  });

  it.each([
    ['', RangeError],
    ['x'.repeat(81), RangeError],
    ['a\u0000b', RangeError],
    ['a\ud800', RangeError],
    [7, TypeError],
  ])('refuses the title %j', (title, kind) => {
    expect(thrownBy(() => matrixCardSvg(card, { title: title as string }))).toBeInstanceOf(kind);
    expect(thrownBy(() => matrixCardText(card, { title: title as string }))).toBeInstanceOf(kind);
  });
});
