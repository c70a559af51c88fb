export {
  type CopyFaceAssetsOptions,
  copyFaceAssets,
  type FaceAsset,
  FaceAssetsError,
  type FaceAssetsErrorCode,
} from './face-assets-copy';
export {
  type FaceShimEsbuild,
  type FaceShimEsbuildPlugin,
  type FaceShimPlugin,
  faceMeshShim,
  faceMeshShimEsbuild,
} from './face-assets-shim';
