/** What `sessionVector` works with. */
export const SESSION_VECTOR_BOUNDS = Object.freeze({
  /** Fewest keys whose release was seen, and fewest pointer events, of which a half is made. */
  leastEvents: 5,
  /** Shortest time in ms between two points of the pointer's path, and that all events of a half span; what is closer is one instant. */
  shortestStep: 0.001,
});
