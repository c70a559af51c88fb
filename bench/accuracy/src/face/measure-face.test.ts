import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FACE_LIMITS, faceDescriptorValues, parseFaceSample } from '@tacit-auth/features';
import { faceMatcher } from '@tacit-auth/models';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faceSection } from '../page/face-section';
import { decodePicture } from './decode-picture';
import { describeSet } from './describe-set';
import { FACE_FILES, faceFiles, lfwPairs, lfwSet } from './face-sets';
import { FACE_CROSS_HEADER, FACE_HEADER, faceCrossTable, faceTable } from './face-table';
import { measureFace } from './measure-face';
import { type NodeFaceApi, nodeFaceApi } from './node-face-api';
import { describeFace } from './pipeline';

const DATA = process.env.TACIT_DATA ?? new URL('../../../../../shared/data', import.meta.url).pathname;
const PHOTOS = existsSync(`${DATA}/lfw/lfw_devtest.tar`);
/** Loading the networks and the first picture take seconds where all cores are busy. */
const SLOW = 120_000;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-faces-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A set like LFW of pictures of plain colour, and networks that see a person in the colour. */
async function plainSet(people: number): Promise<string> {
  const files: { name: string; bytes: Uint8Array }[] = [];
  const lines = ['a,b,same'];
  for (let person = 0; person < people; person++) {
    for (const shot of [1, 2]) {
      const background = { r: 20 * person + 4 * shot, g: 40, b: 90 };
      files.push({
        name: `P_${person}/P_${person}_${shot}.png`,
        bytes: await sharp({ create: { width: 60, height: 60, channels: 3, background } })
          .png()
          .toBuffer(),
      });
    }
    lines.push(`P_${person}/P_${person}_1.png,P_${person}/P_${person}_2.png,1`);
    lines.push(`P_${person}/P_${person}_1.png,P_${(person + 1) % people}/P_${(person + 1) % people}_1.png,0`);
  }
  mkdirSync(`${folder}/lfw`);
  writeFileSync(`${folder}/lfw/pairs.csv`, `${lines.join('\n')}\n`);
  mkdirSync(`${folder}/faces-deepface/id01`, { recursive: true });
  writeFileSync(`${folder}/faces-deepface/index.csv`, 'file,identity,width,height\nid01/img1.png,id01,60,60\n');
  writeFileSync(`${folder}/faces-deepface/id01/img1.png`, files[0]!.bytes);
  writeFileSync(`${folder}/lfw/lfw_devtest.tar`, Buffer.concat([...files.flatMap(tarEntry), new Uint8Array(1_024)]));
  return folder;
}

function tarEntry({ name, bytes }: { name: string; bytes: Uint8Array }): Uint8Array[] {
  const header = new Uint8Array(512);
  const write = (text: string, at: number) => header.set(new TextEncoder().encode(text), at);
  write(name, 0);
  write(bytes.length.toString(8).padStart(11, '0'), 124);
  write('0', 156);
  const padded = new Uint8Array(512 * Math.ceil(bytes.length / 512));
  padded.set(bytes);
  return [header, padded];
}

/** Networks that find a face in the middle unless the picture is dark, and describe it by the red of its crop. */
function seeingColours(): { api: () => Promise<NodeFaceApi>; pictures: () => number } {
  let pictures = 0;
  type Fake = { data: Float32Array; dispose(): void };
  const box = { x: 10, y: 10, width: 40, height: 40 };
  const located = (tensor: Fake) => (tensor.data[0]! + tensor.data[2]! < 30 ? [] : [{ box, score: 0.9 }]);
  const faceApi = {
    TinyFaceDetectorOptions: class {},
    SsdMobilenetv1Options: class {},
    tf: { tensor3d: (data: Float32Array): Fake => ({ data, dispose: () => {} }) },
    nets: {
      tinyFaceDetector: {
        locateFaces: async (tensor: Fake) => {
          pictures++;
          return located(tensor);
        },
      },
      ssdMobilenetv1: { locateFaces: async (tensor: Fake) => located(tensor) },
      faceLandmark68Net: { detectLandmarks: async () => ({ shiftBy: () => ({ align: () => box }) }) },
      faceRecognitionNet: {
        computeFaceDescriptor: async (tensors: Fake[]) =>
          tensors.map(({ data }) => Float32Array.from({ length: 128 }, (_, i) => (i === 0 ? 0.02 * data[0]! : 0.12) * (i === 0 ? 0.2 : 1))),
      },
    },
  };
  return { api: async () => ({ faceApi: faceApi as unknown as NodeFaceApi['faceApi'], ensure: async () => {} }), pictures: () => pictures };
}

describe('measureFace', () => {
  it('names every file that is missing, and where bounds are judged every other edition', async () => {
    await expect(faceFiles(folder, false)).rejects.toThrow(/lfw_devtest\.tar is missing\n.*pairs\.csv is missing\n.*index\.csv is missing/);
    const data = await plainSet(3);
    expect((await faceFiles(data, false)).map(({ name }) => name)).toEqual(FACE_FILES.map(({ name }) => name));
    await expect(faceFiles(data, true)).rejects.toThrow(/lfw_devtest\.tar is damaged, or of another edition/);
  });

  it('measures every light, half and pair of a set, and goes on from its cache', async () => {
    const data = await plainSet(6);
    const nets = seeingColours();
    const options = { data, seed: 1, resamples: 100, small: false, cacheFolder: join(folder, 'cache'), faceApi: nets.api };
    const report = await measureFace(options);
    expect(report.rows.map(({ condition }) => condition)).toEqual([
      'lfw 12 pairs',
      'lfw normal',
      'lfw darkened',
      'lfw normal against darkened',
      'lfw brightened',
      'lfw normal against brightened',
      'lfw half-shaded',
      'lfw normal against half-shaded',
    ]);
    const [, normal] = report.rows;
    expect(normal).toMatchObject({
      suite: 'face',
      detector: 'default',
      users: 6,
      genuine: 6,
      impostor: 6,
      failure_to_acquire: 0,
      eer_user: null,
    });
    expect(normal!.at_targets.map(({ target_fmr }) => target_fmr)).toEqual([0.01, 0.001, 0.0001]);
    expect(report.cross.filter(({ lighting }) => lighting === 'normal').map(({ people, users }) => [people, users])).toEqual([
      ['all', 6],
      ['fit', 3],
      ['check', 3],
    ]);
    expect(report.cross[0]).toMatchObject({ genuine: 6, impostor: 60 });
    expect(report.acquisition[0]).toEqual({ lighting: 'normal', pictures: 12, not_acquired: 0, by_detector: { 'tiny-416': 12 } });
    const seen = nets.pictures();
    expect(seen).toBeGreaterThan(48);
    const again = await measureFace(options);
    expect(again).toEqual(report);
    expect(nets.pictures()).toBe(seen);
    for (const table of [faceTable(report), faceCrossTable(report)]) expect(table.flat().join(' ')).not.toMatch(/NaN|undefined/);
    expect([FACE_HEADER.length, FACE_CROSS_HEADER.length]).toEqual([
      faceTable(report)[0]!.length,
      faceCrossTable(report).find((row) => typeof row !== 'string')!.length,
    ]);
    expect(faceSection(report)).toContain('## Faces');
    expect(faceSection(report)).not.toMatch(/NaN|undefined/);
    // What it says the thresholds let in is of the people who did not set them.
    const marked = (people: 'check' | 'all') => ({
      ...report,
      cross: report.cross.map((row) => (row.people === people ? { ...row, at: row.at.map((at) => ({ ...at, fmr: 0.4321 })) } : row)),
    });
    const meaning = (of: typeof report) =>
      faceSection(of)
        .split('\n')
        .filter((line) => /43 %/.test(line));
    expect(meaning(marked('check')).length).toBeGreaterThanOrEqual(2);
    expect(meaning(marked('all'))).toEqual([]);
  });

  it('measures few pairs in normal light where it is to be small', async () => {
    const data = await plainSet(4);
    const nets = seeingColours();
    const report = await measureFace({ data, seed: 1, resamples: 100, small: true, cacheFolder: join(folder, 'cache'), faceApi: nets.api });
    expect(report.rows).toHaveLength(1);
    expect([report.cross, report.film, report.calibration, report.people]).toEqual([[], null, null, []]);
    expect(faceSection(report)).toBe('');
  });

  it('says what a list of pairs must be', async () => {
    mkdirSync(`${folder}/lfw`);
    writeFileSync(`${folder}/lfw/pairs.csv`, 'a,b\nx,y\n');
    await expect(lfwPairs(folder)).rejects.toThrow('must begin with');
    writeFileSync(`${folder}/lfw/pairs.csv`, 'a,b,same\nx,y,2\n');
    await expect(lfwPairs(folder)).rejects.toThrow('line 2');
  });
});

describe('the pipeline in Node', () => {
  it(
    'runs to its end on a drawn picture, with or without a face in it',
    async () => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="250" height="250"><rect width="250" height="250" fill="#789"/><ellipse cx="125" cy="125" rx="60" ry="80" fill="#e0b090"/>
        <circle cx="102" cy="110" r="8" fill="#222"/><circle cx="148" cy="110" r="8" fill="#222"/><path d="M118 140 L125 112 L132 140 Z" fill="#c98"/><path d="M98 165 Q125 185 152 165" stroke="#822" stroke-width="7" fill="none"/></svg>`;
      const { faceApi, ensure } = await nodeFaceApi();
      for (const picture of [Buffer.from(svg), Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="100" height="80"/>')]) {
        const found = await describeFace(await decodePicture(picture), faceApi, ensure);
        expect(['described', 'no-face']).toContain(found.status);
        if (found.status === 'described') expect(faceDescriptorValues(found.values)).toHaveLength(FACE_LIMITS.descriptorLength);
      }
    },
    SLOW,
  );

  it(
    PHOTOS
      ? 'tells people apart on photographs of LFW, alike at every run, and as the matcher does'
      : 'is not tried on photographs, because LFW is not under TACIT_DATA',
    async () => {
      if (!PHOTOS) {
        await expect(lfwPairs(DATA)).rejects.toThrow();
        return;
      }
      const pairs = await lfwPairs(DATA);
      const chosen = [pairs.find(({ same }) => same), pairs.find(({ same }) => !same)];
      const described = await describeSet({
        set: await lfwSet(DATA),
        variant: { name: 'normal', of: (picture) => picture },
        wanted: new Set(chosen.flatMap((pair) => [pair!.a, pair!.b])),
        faceApi: nodeFaceApi,
        cacheFolder: join(folder, 'cache'),
      });
      const sampleOf = (name: string) => {
        const values = described.get(name)!.values!;
        const norm = Math.hypot(...values);
        expect(norm).toBeGreaterThan(FACE_LIMITS.minDescriptorNorm);
        expect(norm).toBeLessThan(FACE_LIMITS.maxDescriptorNorm);
        const frames = [0, 1, 2, 3].map((i) => [i, 1, 300, 300, 0, 0, 0]);
        return parseFaceSample({
          version: 1,
          pipeline: 'face-api-tiny416-mirror/1',
          descriptors: [0, 1, 2].map((at) => [at, [...values]]),
          frames,
        });
      };
      const distances = chosen.map((pair) => {
        const profile = faceMatcher.fit([sampleOf(pair!.a)]);
        const score = 'schema' in profile ? faceMatcher.score(profile, sampleOf(pair!.b)) : profile;
        return score.status === 'scored' ? score.distance : Number.NaN;
      });
      expect(distances[0]).toBeLessThan(0.6);
      expect(distances[1]).toBeGreaterThan(0.6);
    },
    SLOW,
  );
});
