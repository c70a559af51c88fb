/** A short text that a customer copies while his typing is enrolled. */
export interface EnrolmentText {
  /** 1-32 characters of `[a-z0-9-]`. */
  id: string;
  /** 20-240 characters. */
  text: string;
}

/** Longest text that may be asked for, in UTF-16 units. */
export const MAX_ENROLMENT_TEXT_LENGTH = 240;

const TEXTS: readonly string[] = [
  'The ferry leaves the harbour at half past seven and comes back before the lights go on.',
  'Fresh bread, ripe tomatoes and a little salt make a good lunch on a warm day.',
  'She kept the old letters in a wooden box under the window of the quiet room.',
  'A narrow path runs along the river, past the mill and up to the white chapel.',
  'We packed two blankets, a lamp and some apples, and walked to the top of the hill.',
  'The train was late again, so they played cards and talked about the summer.',
  'My neighbour grows beans, peas and yellow roses between the wall and the well.',
  'It rained the whole night, and in the morning the garden smelled of wet grass.',
  'The clock in the square strikes twelve, but nobody in the market looks up.',
  'He mends bicycles, sharpens knives and never forgets the name of a customer.',
  'Bring the map, a pencil and enough water, and tell someone when you will be back.',
  'The library closes at six, yet the lamp above the last table burns much longer.',
  'Every spring the swallows return to the barn and build their nest above the door.',
  'Two boats crossed the bay with their sails down because there was no wind at all.',
  'The baker starts at three in the morning and whistles until the first loaf is done.',
  'Over the years the stone steps became smooth and shallow in the middle.',
  'They painted the kitchen green, hung a picture and invited the whole street.',
  'A good question is worth more than a quick answer, said the teacher with a smile.',
  'The last bus was empty except for a sleeping man and a box of young plants.',
  'When the snow melted, the children found the red ball that they had lost in autumn.',
  'The orchestra tuned its strings while people were still looking for their seats.',
  'Put the keys on the hook, close the shutters and leave a note for the postman.',
  'From the bridge you can see the towers, the hills and, on clear days, the sea.',
  'The recipe needs three eggs, a cup of flour, some butter and a lot of patience.',
];

/** Tacit's own short English texts. */
export const ENROLMENT_TEXTS: readonly EnrolmentText[] = Object.freeze(
  TEXTS.map((text, i) => Object.freeze({ id: `en-${String(i + 1).padStart(2, '0')}`, text })),
);

/**
 * Draws distinct texts.
 *
 * @param random returns that many random bytes.
 * @throws RangeError if there are fewer than `count` texts.
 */
export function drawEnrolmentTexts(random: (length: number) => Uint8Array, count: number, texts = ENROLMENT_TEXTS): EnrolmentText[] {
  if (count > texts.length) {
    throw new RangeError(`count must be at most ${texts.length}`);
  }
  const left = [...texts];
  const drawn: EnrolmentText[] = [];
  for (let i = 0; i < count; i++) {
    drawn.push(...left.splice(randomBelow(random, left.length), 1));
  }
  return drawn;
}

/** A whole number from 0 to `limit` - 1, each as likely as any other; `limit` is at most 2^32. */
export function randomBelow(random: (length: number) => Uint8Array, limit: number): number {
  const most = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const bytes = random(4);
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
    // A value in the last, partial run would make small results likelier.
    if (value < most) {
      return value % limit;
    }
  }
}
