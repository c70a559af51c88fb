import type { SampleCalibration } from './forest-calibration';

/**
 * What a decision of the session forest means, by the windows of the profile; numbers of single windows, each half alone. Typing: 265 of the people
 * of Aalto who train (accuracy split), windows of 25 to 50 keys, one a sentence. Pointer: the 72 people of SapiMouse, windows of 5 s, tested on another session.
 * Of longer profiles than these the last row is taken.
 */
export const SESSION_FOREST_CALIBRATIONS: { readonly typing: SampleCalibration; readonly pointer: SampleCalibration } = {
  typing: {
    id: 'session-forest-aalto/1',
    rows: [
      { samples: 5, slope: 17.14, offset: -0.3, cutOffs: [0.139, 0.119, 0.1081, 0.0959, 0.0739] },
      { samples: 10, slope: 22.01, offset: -0.35, cutOffs: [0.1452, 0.116, 0.1055, 0.0919, 0.0717] },
    ],
  },
  pointer: {
    id: 'session-forest-sapimouse/1',
    rows: [
      { samples: 5, slope: 8.78, offset: -0.15, cutOffs: [0.1242, 0.1152, 0.1046, 0.0948, 0.0777] },
      { samples: 10, slope: 10.32, offset: -0.2, cutOffs: [0.1575, 0.1409, 0.1287, 0.1154, 0.0908] },
      { samples: 20, slope: 10.57, offset: -0.22, cutOffs: [0.1663, 0.1394, 0.1242, 0.1108, 0.0958] },
      { samples: 30, slope: 10.64, offset: -0.23, cutOffs: [0.1535, 0.1403, 0.1259, 0.1156, 0.0985] },
    ],
  },
};
