/** A matrix card as its owner reads it: two characters for each cell. */
export interface Card {
  columns: string[];
  rows: string[];
  cells: string[][];
}

/** The code that a card gives for some cells, such as `['B3', 'E7', 'A1']`. */
export function codeOf(card: Card, coordinates: readonly string[]): string {
  return coordinates
    .map((at) => {
      const cell = card.cells[card.rows.indexOf(at.slice(1))]?.[card.columns.indexOf(at.slice(0, 1))];
      if (cell === undefined) throw new Error(`the card has no cell ${at}`);
      return cell;
    })
    .join('');
}

/** A code that is wrong in each cell, and a code all the same. */
export function wrongCodeOf(card: Card, coordinates: readonly string[]): string {
  const right = codeOf(card, coordinates);
  return Array.from(right, (character) => (character === 'A' ? 'B' : 'A')).join('');
}

/** Reads the cards in a text: a line of column letters, then a line for each row that begins with its number. */
export function readCards(text: string): Card[] {
  const cards: Card[] = [];
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (words.length > 3 && words.every((word) => /^[A-Z]$/.test(word))) cards.push({ columns: words, rows: [], cells: [] });
    const card = cards.at(-1);
    const [row = '', ...cells] = words;
    if (card && /^\d$/.test(row) && cells.length === card.columns.length) {
      card.rows.push(row);
      card.cells.push(cells);
    }
  }
  return cards;
}
