import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { sift, temporaryFolder } from './sift.ts'

const folder = temporaryFolder()
const rough = 'a = from "x"\n where E>1MeV   # high\n\n\n#%% two\nshow   count( a )\n'
const neat = 'a = from "x"\n  where E > 1 MeV  # high\n\n#%% two\nshow count(a)\n'

beforeEach(() => {
  writeFileSync(path.join(folder, 'rough.sift'), rough)
  writeFileSync(path.join(folder, 'neat.sift'), neat)
})

const text = (name: string): string => readFileSync(path.join(folder, name), 'utf8')

test('writes files in place in the one layout, with their mode, and leaves nothing else', async () => {
  chmodSync(path.join(folder, 'rough.sift'), 0o640)
  const { status, out, err } = await sift(['fmt', 'rough.sift', 'neat.sift'], folder)
  expect({ status, out, err }).toEqual({
    status: 0,
    out: '',
    err: 'rough.sift formatted\n2 files read, 1 file formatted\n',
  })
  expect(text('rough.sift')).toBe(neat)
  expect(statSync(path.join(folder, 'rough.sift')).mode & 0o777).toBe(0o640)
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('--check writes nothing and ends with status 1 when a file is in another layout', async () => {
  const { status, err } = await sift(['fmt', '--check', 'rough.sift', 'neat.sift'], folder)
  expect({ status, err }).toEqual({
    status: 1,
    err: 'rough.sift is not in the layout of sift fmt\n2 files read, 1 file to format\n',
  })
  expect(text('rough.sift')).toBe(rough)
  expect(await sift(['fmt', '--check', 'neat.sift'], folder)).toMatchObject({ status: 0 })
})

test('a cell that does not parse stays as it is and is told; the others are formatted', async () => {
  writeFileSync(path.join(folder, 'broken.sift'), 'show   1\n#%% two\na = from  where\n')
  const { status, err } = await sift(['fmt', 'broken.sift'], folder)
  expect(status).toBe(1)
  expect(err).toMatch(/^broken\.sift:3:\d+: S00\d .* The cell stays as it is\.$/m)
  expect(text('broken.sift')).toBe('show 1\n#%% two\na = from  where\n')
})

test('a link stays a link', async () => {
  symlinkSync('rough.sift', path.join(folder, 'link.sift'))
  expect(await sift(['fmt', 'link.sift'], folder)).toMatchObject({ status: 0 })
  expect(text('rough.sift')).toBe(neat)
  expect(
    readdirSync(folder, { withFileTypes: true })
      .find(({ name }) => name === 'link.sift')
      ?.isSymbolicLink(),
  ).toBe(true)
})

test('a file that is not there ends it with status 2 before another is written', async () => {
  const { status, err } = await sift(['fmt', 'rough.sift', 'none.sift'], folder)
  expect({ status, err }).toEqual({ status: 2, err: 'sift: there is no file none.sift\n' })
  expect(text('rough.sift')).toBe(rough)
})

test('no file and an unknown option are wrong usage', async () => {
  expect(await sift(['fmt'], folder)).toMatchObject({
    status: 2,
    err: expect.stringContaining('give a FILE') as string,
  })
  expect(await sift(['fmt', '--chek', 'neat.sift'], folder)).toMatchObject({
    status: 2,
    err: expect.stringContaining('did you mean --check?') as string,
  })
})
