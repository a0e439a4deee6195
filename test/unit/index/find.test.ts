import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { afterAll, describe, expect, test } from 'vitest'
import { findFiles } from '../../../runtime/index/find.ts'
import { placeOf } from '../../../runtime/index/place.ts'
import { temporaryFolder } from '../../local/files.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())
const patient = new AbortController().signal

for (const name of ['run_10.arrow', 'run_2.arrow', 'run_1.arrow', 'other.parquet'])
  writeFileSync(folder.file(name), name)
mkdirSync(folder.file('run_9.arrow.d'))
mkdirSync(folder.file('empty'))
mkdirSync(folder.file('linked'))
writeFileSync(folder.file('linked/a.arrow'), '')
symlinkSync(folder.file('linked/a.arrow'), folder.file('linked/b.arrow'))
writeFileSync(folder.file('run[1].arrow'), '')

const find = (path: string) => findFiles(placeOf(path, folder.path), patient)

describe('a path', () => {
  test.each([
    ['esd.root:Event/Rec', '/w/esd.root', 'Event/Rec'],
    ['RUN.*.esd.root:hits', '/w/RUN.*.esd.root', 'hits'],
    ['esd/RUN.*:hits', '/w/esd/RUN.*', 'hits'],
    ['esd.root', '/w/esd.root', null],
    ['odd:name.arrow', '/w/odd:name.arrow', null],
    ['../x/a.arrow', '/x/a.arrow', null],
    ['/abs/a.arrow', '/abs/a.arrow', null],
    ['~/a.arrow', `${homedir()}/a.arrow`, null],
    ['file:///abs/a.arrow', '/abs/a.arrow', null],
  ])('%s is %s, tree %s', (path, pattern, tree) => {
    expect(placeOf(path, '/w')).toEqual({ written: path, pattern, tree })
  })

  test('of a remote server is refused with what to do', () => {
    expect(() => placeOf('root://eos.ihep.ac.cn//juno/RUN.*.root:Rec', '/w')).toThrow(
      expect.objectContaining({ code: 'D002', fix: expect.stringContaining('xrdcp') }),
    )
  })
})

test('a glob finds files and no folders, sorted by their path', async () => {
  expect(await find('run_*')).toEqual(['run_1.arrow', 'run_10.arrow', 'run_2.arrow'].map((name) => folder.file(name)))
})

test('a path that is there is taken as it is, brackets and all', async () => {
  expect(await find('run[1].arrow')).toEqual([folder.file('run[1].arrow')])
})

test('a glob in braces and through folders', async () => {
  expect(await find('{other,linked/a}.*')).toEqual([folder.file('linked/a.arrow'), folder.file('other.parquet')])
})

describe('nothing found is an error that says where was looked and what is there', () => {
  test.each([
    ['run_3.arrow', 'There is no file `run_3.arrow`: looked in `DIR`.', /^Did you mean `run_/],
    ['run_1.parquet', 'There is no file `run_1.parquet`: looked in `DIR`.', /`run_1\.arrow`/],
    ['run_*.parquet', 'No file matches `run_*.parquet`: looked in `DIR`.', /^Did you mean `run_1\.arrow`/],
    ['empty/*.arrow', 'No file matches `empty/*.arrow`: looked in `DIR/empty`.', /is empty\.$/],
    [
      'lnked/a.arrow',
      'There is no file `lnked/a.arrow`: there is no folder `DIR/lnked`; `DIR` exists.',
      /^Did you mean `linked`/,
    ],
    ['no/such/*/a.arrow', 'No file matches `no/such/*/a.arrow`: there is no folder `DIR/no/such`; `DIR` exists.', /./],
  ])('%s', async (path, message, fix) => {
    await expect(find(path)).rejects.toMatchObject({
      code: 'D001',
      message: message.replaceAll('DIR', folder.path),
      fix: expect.stringMatching(fix),
    })
  })
})

test('one file under two names is an error, since its events would count twice', async () => {
  await expect(find('linked/*')).rejects.toMatchObject({ code: 'D005', message: expect.stringContaining('b.arrow') })
})

test('a search can be interrupted', async () => {
  await expect(findFiles(placeOf('run_*', folder.path), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
})
