import { partOf } from './pointer-target';

/** Which events of a pointer are left out, by the elements of a selector. */
export interface LeftOutPlaces {
  /**
   * Whether an event is in such an element, or would tell where the pointer was in one: the last key of a PIN often takes the pad away, and what
   * follows happens in whatever is there then. So a press that began in one is left out to its end, and moves until they leave the place where the
   * element was, or until the next press.
   */
  holds(event: PointerEvent): boolean;
  /** Forgets what came before. */
  clear(): void;
}

export function leftOutPlaces(selector: string): LeftOutPlaces {
  /** Where the element was, while the pointer was not seen to leave it. */
  let cover: DOMRect | undefined;
  /** The pointer whose press began in one, while it lasts. */
  let pressed: number | undefined;

  return {
    holds(event) {
      const { type, pointerId } = event;
      const part = partOf(event, selector);
      const begins = type === 'pointerdown';
      const pressedBefore = pressed;
      if (begins || (pointerId === pressed && event.buttons === 0)) {
        pressed = begins && part ? pointerId : undefined;
      }
      if (part) {
        cover = part.getBoundingClientRect();
        return true;
      }
      if (!begins && ((pointerId !== undefined && pointerId === pressedBefore) || isOver(cover, event))) {
        return true;
      }
      cover = undefined;
      return false;
    },
    clear() {
      cover = pressed = undefined;
    },
  };
}

function isOver(place: DOMRect | undefined, { clientX, clientY }: PointerEvent): boolean {
  return place !== undefined && clientX >= place.left && clientX < place.right && clientY >= place.top && clientY < place.bottom;
}
