/** One file that the engine loads beside its own scripts. */
export interface FaceModelFile {
  /** Path below the folder of the frame. */
  readonly path: string;
  /** The npm package it comes in, and its path in there. */
  readonly from: string;
  readonly file: string;
  readonly bytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** The versions whose files the list below describes. Descriptors of other weights are not comparable. */
export const FACE_MODEL_PACKAGES = Object.freeze({ '@mediapipe/face_mesh': '0.4.1657299874', '@vladmandic/face-api': '1.7.15' });

function faceMesh(file: string, bytes: number, sha256: string): FaceModelFile {
  return { path: `face-mesh/${file}`, from: '@mediapipe/face_mesh', file, bytes, sha256 };
}

function faceApi(file: string, bytes: number, sha256: string): FaceModelFile {
  return { path: `face-api/${file}`, from: '@vladmandic/face-api', file: `model/${file}`, bytes, sha256 };
}

/** Every model file, as the pinned packages have it. */
export const FACE_MODEL_FILES: readonly FaceModelFile[] = Object.freeze([
  faceMesh('face_mesh.js', 72_524, '403924bc1ab64ebaf4db075d380546faa533afa83cbbb4f257efad4d5bf30559'),
  faceMesh('face_mesh.binarypb', 939, '139546bf05aebb33e2611b6b945f3a1629c316ca924e33cec1547c85ddef9f53'),
  faceMesh('face_mesh_solution_packed_assets.data', 3_986_256, 'dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99'),
  faceMesh('face_mesh_solution_packed_assets_loader.js', 8_813, '95147c15fdf12ba8b9ffc3c3964dbdfa1ffa4251182749babca19e75962bf128'),
  faceMesh('face_mesh_solution_simd_wasm_bin.js', 248_047, '5a3881c346a7bd5aaa7d6a9e7291e4f8db9a2320666572e91db7573dce76365c'),
  faceMesh('face_mesh_solution_simd_wasm_bin.wasm', 6_196_563, 'a51eaf606ae3e951573e7dc4f08b4e7645357530d9662c36b40eee1ded362509'),
  faceMesh('face_mesh_solution_wasm_bin.js', 248_042, 'e6b6aac1f6dc34f4826a0fa1a81c6c1e6f05d18a192cd957dd3cdb1ad83cc40b'),
  faceMesh('face_mesh_solution_wasm_bin.wasm', 6_089_181, '5a943471fee57228ee502c0114809746288aaecc134a187afc665da731bc3783'),
  faceApi('tiny_face_detector_model-weights_manifest.json', 3_219, '5d1af4849ac48d5b985f4a9b16010c512353ddd6fcc63d50fd0bc9e9e64296e5'),
  faceApi('tiny_face_detector_model.bin', 193_321, 'b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871'),
  faceApi('face_landmark_68_model-weights_manifest.json', 8_485, 'ca4886639f86e99b39fed0c155f81b63317225773bd9616716e887b0153389c9'),
  faceApi('face_landmark_68_model.bin', 356_840, '4611ef65c87d836d03d684b30eec4d195d8b219fa1dd58fc58945831c6b9299b'),
  faceApi('face_recognition_model-weights_manifest.json', 19_615, 'cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b'),
  faceApi('face_recognition_model.bin', 6_444_032, 'b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589'),
  faceApi('ssd_mobilenetv1_model-weights_manifest.json', 28_233, '888f744dffbc84f5f060d1f8427d9742341943a2dfaaf9205d10029b7e7a2955'),
  faceApi('ssd_mobilenetv1_model.bin', 5_616_957, '2835640602d53718aa6ae9a42896327eaa21beefed056c218d32ca7d79e1e2f8'),
]);

/** @throws RangeError where the list has no such path. */
export function faceModelFile(path: string): FaceModelFile {
  const found = FACE_MODEL_FILES.find((file) => file.path === path);
  if (!found) {
    throw new RangeError(`path must be that of a model file: ${path}`);
  }
  return found;
}
