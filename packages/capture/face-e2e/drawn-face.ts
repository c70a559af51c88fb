/** A face drawn for tests: the networks take it for one, so that the whole way runs where no photographs are. */
export interface DrawnFace {
  /** Size of the picture; 640 x 480 by default. */
  width?: number;
  height?: number;
  /** Centre of the face in the picture, and its size: 1 is about 190 pixels wide. */
  centre?: readonly [x: number, y: number];
  scale?: number;
  /** 1 open, 0 shut. */
  eyes?: number;
  /** About 9 degrees of yaw each, up to 4; positive to the person's own left. */
  turn?: number;
  skin?: readonly [light: string, shade: string];
  hair?: string;
}

/** As SVG, for `sharp` or a browser to paint. */
export function drawFace(face: DrawnFace = {}): string {
  return drawFaces([face], face);
}

/** Several faces, or none, in one picture; the skin of the first is that of all. */
export function drawFaces(faces: readonly DrawnFace[], { width = 640, height = 480 }: Pick<DrawnFace, 'width' | 'height'> = {}): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    defs(faces[0] ?? {}),
    `<rect width="${width}" height="${height}" fill="url(#wall)"/>`,
    ...faces.map(faceGroup),
    '</svg>',
  ].join('');
}

const SKIN = ['#e8b896', '#c98f6b'] as const;
const HAIR = '#3a2a1e';
const SHADE = '#8a5a3c';

function defs({ skin = SKIN }: DrawnFace): string {
  return `<defs><radialGradient id="skin" cx=".45" cy=".4" r=".7"><stop offset="0" stop-color="${skin[0]}"/><stop offset=".7" stop-color="${skin[0]}"/><stop offset="1" stop-color="${skin[1]}"/></radialGradient><linearGradient id="wall" x2="0" y2="1"><stop offset="0" stop-color="#8d9aa6"/><stop offset="1" stop-color="#5c6872"/></linearGradient><filter id="soft"><feGaussianBlur stdDeviation="6"/></filter><filter id="lens"><feGaussianBlur stdDeviation=".8"/></filter></defs>`;
}

function faceGroup(face: DrawnFace): string {
  const { centre = [320, 240], scale = 1, eyes = 1, turn = 0, skin = SKIN, hair = HAIR } = face;
  return `<g transform="translate(${centre[0]} ${centre[1]}) scale(${scale})" filter="url(#lens)">${head(skin[1], hair)}${shading(turn)}${eye(-42, eyes, turn, hair)}${eye(42, eyes, turn, hair)}${nose(turn)}${mouth(turn)}</g>`;
}

function head(shade: string, hair: string): string {
  return [
    '<path d="M-150 300 Q-140 160 -45 150 L45 150 Q140 160 150 300 Z" fill="#2f4a6b"/>',
    `<rect x="-42" y="90" width="84" height="80" fill="${shade}"/>`,
    `<ellipse cx="0" cy="-35" rx="112" ry="130" fill="${hair}"/>`,
    `<ellipse cx="-98" cy="0" rx="14" ry="28" fill="${shade}"/><ellipse cx="98" cy="0" rx="14" ry="28" fill="${shade}"/>`,
    '<path d="M-96 -40 Q-98 -120 0 -122 Q98 -120 96 -40 Q96 60 50 105 Q0 145 -50 105 Q-96 60 -96 -40 Z" fill="url(#skin)"/>',
    `<path d="M-100 -50 Q-90 -135 0 -138 Q90 -135 100 -50 Q70 -105 0 -104 Q-70 -105 -100 -50Z" fill="${hair}"/>`,
  ].join('');
}

function shading(turn: number): string {
  return `<g filter="url(#soft)" opacity=".45"><ellipse cx="-42" cy="-25" rx="32" ry="18" fill="${SHADE}"/><ellipse cx="42" cy="-25" rx="32" ry="18" fill="${SHADE}"/><ellipse cx="${18 + turn * 20}" cy="20" rx="12" ry="30" fill="${SHADE}"/><ellipse cx="0" cy="98" rx="40" ry="8" fill="${SHADE}"/><ellipse cx="-60" cy="40" rx="22" ry="16" fill="#d9795f"/><ellipse cx="60" cy="40" rx="22" ry="16" fill="#d9795f"/></g>`;
}

function eye(x: number, open: number, turn: number, hair: string): string {
  const at = x + turn * 12;
  const iris =
    open > 0.4
      ? `<circle r="9" cx="${turn * 4}" fill="#5a3b22"/><circle r="4.5" cx="${turn * 4}" fill="#140c08"/><circle r="2" cx="${3 + turn * 4}" cy="-3" fill="#fff"/>`
      : '';
  return [
    `<g transform="translate(${at} -22)"><ellipse rx="22" ry="${10 * open + 1}" fill="#f4efe9" stroke="#5b3a2a" stroke-width="2.5"/>${iris}`,
    `<path d="M-25 -${6 * open + 2} Q0 -${18 * open + 4} 25 -${4 * open + 2}" fill="none" stroke="#6e4630" stroke-width="3"/></g>`,
    `<path d="M${at - 30} -50 Q${at} -66 ${at + 30} -50" stroke="${hair}" stroke-width="9" fill="none" stroke-linecap="round"/>`,
  ].join('');
}

function nose(turn: number): string {
  return `<path d="M${-6 + turn * 18} -20 Q${-12 + turn * 24} 20 ${-18 + turn * 22} 32 Q${turn * 26} 46 ${18 + turn * 22} 32" fill="none" stroke="#9b6547" stroke-width="3.5"/><ellipse cx="${-9 + turn * 24}" cy="35" rx="5" ry="3" fill="#6b3f2a"/><ellipse cx="${9 + turn * 24}" cy="35" rx="5" ry="3" fill="#6b3f2a"/>`;
}

function mouth(turn: number): string {
  const [left, middle, right] = [-36 + turn * 12, turn * 14, 36 + turn * 12];
  return `<path d="M${left} 72 Q${middle - 12} 62 ${middle} 67 Q${middle + 12} 62 ${right} 72 Q${middle} 96 ${left} 72Z" fill="#b4524a"/><path d="M${left} 72 Q${middle} 78 ${right} 72" stroke="#7a2f2b" stroke-width="2.5" fill="none"/>`;
}
