import { type MatrixCard, matrixCardSvg, matrixCardText } from '@tacit-auth/crypto';

/** A card in every form in which a customer may want it. Shown once; never stored. */
export interface MatrixCardView {
  readonly id: string;
  /** `A` to `H`. */
  readonly columns: readonly string[];
  /** `1` to `8`. */
  readonly rows: readonly string[];
  /** 8 rows of 8 cells of 2 characters. */
  readonly cells: readonly (readonly string[])[];
  /** One SVG element of 148 x 105 mm, without scripts or references. */
  readonly svg: string;
  /** For a terminal, a text file or a braille printer. */
  readonly text: string;
}

export function matrixCardView(card: MatrixCard, options: { title?: string } = {}): MatrixCardView {
  return {
    id: card.id,
    columns: [...'ABCDEFGH'],
    rows: [...'12345678'],
    cells: card.cells,
    svg: matrixCardSvg(card, options),
    text: matrixCardText(card, options),
  };
}
