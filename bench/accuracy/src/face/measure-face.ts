import { AGREEMENT_DISTANCE, CONVENTIONAL_DISTANCE, faceDistanceAt, faceLlr } from '@tacit-auth/models';
import { Progress } from '@tacit-internal/bench-shared/progress';
import { type CrossPairs, crossPairs, distance, distanceAtFmr, ratesAt } from './cross-pairs';
import { type DescribeSet, describeSet, type Variant } from './describe-set';
import type { DescribedPicture } from './descriptor-cache';
import { type Half, halvesOf } from './face-halves';
import type { FaceAcquisition, FaceCalibrationStudy, FaceCrossRow, FaceFilmStudy, FaceReport, FaceRow } from './face-report';
import { deepfaceSet, type FacePair, type FaceSet, lfwPairs, lfwPerson, lfwSet } from './face-sets';
import { asFilmFrame, FILM_FRAMES } from './film-frame';
import { inLight, LIGHTINGS, type Lighting } from './lighting';
import { fitLlr, leastLlrCost, llrCost } from './llr-fit';
import { type NodeFaceApi, nodeFaceApi } from './node-face-api';
import { pairFigures, shareAtLeast } from './pair-figures';
import { peopleTable } from './people-table';

export interface FaceOptions {
  readonly data: string;
  readonly seed: number;
  readonly resamples: number;
  /** A few pairs in normal light alone: for floors, and to try things out. */
  readonly small: boolean;
  readonly cacheFolder?: string;
  /** Called once, and only where a picture is not in the cache. */
  readonly faceApi?: () => Promise<NodeFaceApi>;
}

/** False match rates that the product has thresholds for. */
const TARGETS = [0.01, 0.001, 0.0001] as const;
/** Pairs of each kind of a small run: under a minute where nothing is cached. */
const SMALL_PAIRS = 20;
const FILM_PICTURES = 60;

type Described = ReadonlyMap<string, DescribedPicture>;

/** Measures the face matcher on LFW and faces-deepface; what an earlier run described is taken from the cache. */
export async function measureFace(options: FaceOptions): Promise<FaceReport> {
  const lfw = await lfwSet(options.data);
  const allPairs = await lfwPairs(options.data);
  const fewPairs = somePairs(allPairs);
  const wanted = options.small ? picturesOf(fewPairs) : undefined;
  const deepface = options.small ? undefined : await deepfaceSet(options.data);
  const lightings = options.small ? LIGHTINGS.slice(0, 1) : LIGHTINGS;
  const reader = new PictureReader(
    options,
    lightings.length * (wanted?.size ?? lfw.count) + (deepface?.set.count ?? 0) + (options.small ? 0 : FILM_FRAMES * FILM_PICTURES),
  );
  const byLight = new Map<Lighting, Described>();
  for (const lighting of lightings) byLight.set(lighting, await reader.read(lfw, lightVariant(lighting), wanted));
  const normal = byLight.get('normal') ?? new Map<string, DescribedPicture>();
  const limits = [CONVENTIONAL_DISTANCE, faceDistanceAt(0.001)];
  const photos = deepface === undefined ? [] : [...(await reader.read(deepface.set, lightVariant('normal'))).values()];
  const personOfPhoto = (file: string) => deepface?.photos.find((photo) => photo.file === file)?.person ?? '';
  return {
    rows: [
      pairRow(`lfw ${fewPairs.length} pairs`, normal, normal, fewPairs, options),
      ...(options.small ? [] : faceRows(byLight, allPairs, options)),
    ],
    cross: options.small ? [] : [...byLight].flatMap(([lighting, described]) => crossRows(lighting, described, options)),
    acquisition: [...byLight].map(([lighting, described]) => acquisitionOf(lighting, described)),
    calibration: options.small ? null : calibrationStudy(normal),
    film: options.small ? null : await filmStudy(lfw, normal, reader),
    people: peopleTable(photos, personOfPhoto, limits),
    people_limits: limits,
  };
}

const lightVariant = (lighting: Lighting): Variant => ({ name: lighting, of: (picture, seed) => inLight(picture, lighting, seed) });

/** Reads sets, with one progress bar over all of them. */
class PictureReader {
  readonly #progress: Progress;
  readonly #folder: Pick<DescribeSet, 'cacheFolder'>;
  readonly #load: () => Promise<NodeFaceApi>;
  #faceApi: Promise<NodeFaceApi> | undefined;

  constructor({ cacheFolder, faceApi = nodeFaceApi }: FaceOptions, pictures: number) {
    this.#progress = new Progress(pictures);
    this.#folder = cacheFolder === undefined ? {} : { cacheFolder };
    this.#load = faceApi;
  }

  read(set: FaceSet, variant: Variant, wanted?: ReadonlySet<string>): Promise<Described> {
    return describeSet({
      set,
      variant,
      ...(wanted === undefined ? {} : { wanted }),
      faceApi: () => {
        this.#faceApi ??= this.#load();
        return this.#faceApi;
      },
      ...this.#folder,
      onPicture: () => this.#progress.add(1, `face ${set.name} ${variant.name}`),
    });
  }
}

/** The first pairs of each kind that are as far from one another as the list allows. */
function somePairs(pairs: readonly FacePair[]): FacePair[] {
  return [true, false].flatMap((same) => {
    const own = pairs.filter((pair) => pair.same === same);
    return Array.from({ length: Math.min(SMALL_PAIRS, own.length) }, (_, i) => own[Math.floor((i * own.length) / SMALL_PAIRS)]).filter(
      (pair) => pair !== undefined,
    );
  });
}

function picturesOf(pairs: readonly FacePair[]): Set<string> {
  return new Set(pairs.flatMap(({ a, b }) => [a, b]));
}

function faceRows(byLight: ReadonlyMap<Lighting, Described>, pairs: readonly FacePair[], options: FaceOptions): FaceRow[] {
  const normal = byLight.get('normal');
  return [...byLight].flatMap(([lighting, described]) => [
    pairRow(`lfw ${lighting}`, described, described, pairs, options),
    ...(lighting === 'normal' || normal === undefined
      ? []
      : [pairRow(`lfw normal against ${lighting}`, normal, described, pairs, options)]),
  ]);
}

/** The pairs' first pictures from one light, the second ones from another. */
function pairRow(
  condition: string,
  first: Described,
  second: Described,
  pairs: readonly FacePair[],
  { seed, resamples }: FaceOptions,
): FaceRow {
  const distances = (same: boolean) =>
    Float64Array.from(
      pairs.filter((pair) => pair.same === same),
      ({ a, b }) => distanceOf(first.get(a), second.get(b)),
    );
  const [genuine, impostor] = [distances(true), distances(false)];
  const names = [...picturesOf(pairs)];
  const users = new Set(names.map(lfwPerson)).size;
  const tried = [...new Set([first, second])].flatMap((light) => names.map((name) => light.get(name)));
  const failureToAcquire = tried.filter((picture) => picture === undefined || picture.values === null).length / tried.length;
  return {
    suite: 'face',
    detector: 'default',
    condition,
    enrol: 1,
    ...pairFigures({ genuine, impostor }, { seed, resamples, users, failureToAcquire }),
    at_targets: figuresAtTargets(genuine, impostor),
  };
}

/** What the shipped thresholds do; nothing where one kind of pairs could not be judged at all. */
function figuresAtTargets(genuine: Float64Array, impostor: Float64Array): FaceRow['at_targets'] {
  const [own, others] = [genuine, impostor].map((list) => list.filter((each) => !Number.isNaN(each)).map((each) => -each));
  if (own === undefined || others === undefined || own.length === 0 || others.length === 0) return [];
  return TARGETS.map((target) => {
    const threshold = -faceDistanceAt(target);
    return {
      target_fmr: target,
      fmr: shareAtLeast(others, threshold),
      fmr_ci: null,
      fnmr: 1 - shareAtLeast(own, threshold),
      fnmr_ci: null,
    };
  });
}

function distanceOf(a: DescribedPicture | undefined, b: DescribedPicture | undefined): number {
  if (a?.values == null || b?.values == null) return Number.NaN;
  return distance(
    Float64Array.from(a.values, (value) => value / 10_000),
    Float64Array.from(b.values, (value) => value / 10_000),
  );
}

function crossRows(lighting: Lighting, described: Described, figures: FaceOptions): FaceCrossRow[] {
  const halves = halvesOf([...described.keys()].map(lfwPerson));
  return (['all', 'fit', 'check'] as const).map((people) => {
    const pairs = crossPairs(described.values(), lfwPerson, (person) => people === 'all' || halves.get(person) === people);
    return {
      lighting,
      people,
      users: pairs.people.length,
      genuine: pairs.genuine.distance.length,
      impostor: pairs.impostor.distance.length,
      at: [null, ...TARGETS].map((target) => ({
        target_fmr: target,
        ...ratesAt(pairs, target === null ? CONVENTIONAL_DISTANCE : faceDistanceAt(target), figures),
      })),
    };
  });
}

function acquisitionOf(lighting: Lighting, described: Described): FaceAcquisition {
  const found: Record<string, number> = {};
  for (const { detector } of described.values()) if (detector !== null) found[detector] = (found[detector] ?? 0) + 1;
  const missed = [...described.values()].filter(({ values }) => values === null).length;
  return { lighting, pictures: described.size, not_acquired: missed, by_detector: found };
}

function calibrationStudy(described: Described): FaceCalibrationStudy {
  const halves = halvesOf([...described.keys()].map(lfwPerson));
  const of = (half: Half) => crossPairs(described.values(), lfwPerson, (person) => halves.get(person) === half);
  const fit = of('fit');
  const cost = (half: Half, { genuine, impostor }: CrossPairs) => {
    const [own, others] = [llrsOf(genuine.distance), llrsOf(impostor.distance)];
    return {
      half,
      shipped: llrCost(own, others),
      least: leastLlrCost(
        Float64Array.from(genuine.distance, (each) => -each),
        Float64Array.from(impostor.distance, (each) => -each),
      ),
    };
  };
  return {
    refit: fitLlr(Float64Array.from(fit.genuine.distance), Float64Array.from(fit.impostor.distance)),
    refit_cut_offs: TARGETS.map((target) => ({
      target_fmr: target,
      distance: distanceAtFmr(fit, target),
      shipped: faceDistanceAt(target),
    })),
    cost: [cost('fit', fit), cost('check', of('check'))],
  };
}

function llrsOf(distances: Float32Array): Float64Array {
  return Float64Array.from(distances, faceLlr);
}

/** Distances between frames made of one picture, over pictures of the half that set no threshold. */
async function filmStudy(set: FaceSet, described: Described, reader: PictureReader): Promise<FaceFilmStudy> {
  const halves = halvesOf([...described.keys()].map(lfwPerson));
  const own = [...described.keys()].filter((picture) => halves.get(lfwPerson(picture)) === 'check');
  const wanted = new Set(
    Array.from({ length: FILM_PICTURES }, (_, i) => own[Math.floor((i * own.length) / FILM_PICTURES)]).filter((name) => name !== undefined),
  );
  const frames: Described[] = [];
  for (let frame = 0; frame < FILM_FRAMES; frame++) {
    frames.push(await reader.read(set, { name: `frame ${frame}`, of: (picture, seed) => asFilmFrame(picture, frame, seed) }, wanted));
  }
  const films = [...wanted].map((name) => {
    const own = frames.map((frame) => frame.get(name));
    const distances = own.flatMap((a, i) => own.slice(0, i).map((b) => distanceOf(a, b))).filter((each) => !Number.isNaN(each));
    return { distances, most: Math.max(...distances), worstScore: Math.min(...own.map((frame) => frame?.score ?? 0)) };
  });
  const sorted = Float64Array.from(films.flatMap(({ distances }) => distances)).sort();
  const apart = films.filter(({ most }) => most > AGREEMENT_DISTANCE);
  const agreeing = films.filter(({ most }) => most <= AGREEMENT_DISTANCE);
  return {
    pictures: films.length,
    frames: FILM_FRAMES,
    median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    least: sorted[0] ?? Number.NaN,
    limit: AGREEMENT_DISTANCE,
    disagreeing: apart.length,
    most_agreeing: Math.max(...agreeing.map(({ most }) => most)),
    score_disagreeing: apart.length === 0 ? null : Math.max(...apart.map(({ worstScore }) => worstScore)),
  };
}
