const CELLS = Array.from({ length: 24 }, (_, index) => ({
  x: 168 + (index % 6) * 24,
  y: 104 + Math.floor(index / 6) * 24,
  isLit: index === 3 || index === 13 || index === 22,
}));

const DOTS = Array.from({ length: 8 }, (_, index) => 252 + index * 18);

/** The picture of the home page: a card over the hills the bank is named after. Decorative. */
export function HillScene() {
  return (
    <svg className="scene" viewBox="0 0 480 360" aria-hidden="true" focusable="false">
      <defs>
        <clipPath id="scene-frame">
          <rect width="480" height="360" rx="28" />
        </clipPath>
      </defs>
      <g clipPath="url(#scene-frame)">
        <rect className="scene-sky" width="480" height="360" />
        <circle className="scene-sun" cx="372" cy="92" r="46" />
        <path className="scene-hill-far" d="M0 236c60-46 128-62 190-40s98 50 160 34 98-40 130-34v164H0z" />
        <path className="scene-hill-near" d="M0 292c74-52 160-58 240-24s150 30 240-12v104H0z" />
        <path
          className="scene-fern"
          d="M52 352C64 292 92 240 140 204M66 306c-22-2-36-12-40-28 20-4 38 4 44 18M80 274c-20-6-30-18-30-34 19 0 34 11 37 26M100 244c-16-9-23-22-20-37 17 4 28 16 28 30M70 296c16 12 36 12 50 1-12-14-32-16-46-9M88 260c16 8 34 5 46-7-13-11-31-11-43-2M110 231c15 4 29-1 37-13-13-7-26-5-35 4"
        />
      </g>
      <g className="scene-card">
        <rect className="scene-card-ground" x="144" y="68" width="192" height="148" rx="16" />
        {CELLS.map(({ x, y, isLit }) => (
          <rect
            key={`${x}-${y}`}
            className={isLit ? 'scene-cell scene-cell-lit' : 'scene-cell'}
            x={x}
            y={y}
            width="18"
            height="18"
            rx="4"
          />
        ))}
        <rect className="scene-line" x="168" y="84" width="72" height="8" rx="4" />
      </g>
      <g className="scene-field">
        <rect className="scene-card-ground" x="228" y="236" width="204" height="60" rx="16" />
        {DOTS.map((x) => (
          <circle key={x} className="scene-dot" cx={x} cy="266" r="5" />
        ))}
        <rect className="scene-caret" x="396" y="254" width="3" height="24" rx="1.500" />
      </g>
    </svg>
  );
}
