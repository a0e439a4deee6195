import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../../local/files.ts'
import { failureOf, readFileWhole } from './scan.ts'

const folder = temporaryFolder()
afterAll(() => folder[Symbol.dispose]())

function written(text: string): string {
  const path = folder.file('spans.csv')
  writeFileSync(path, text)
  return path
}

test('spans are read from whole nanoseconds and from instants in UTC', async () => {
  const path = written(
    'start,stop\n1756684800000000000,2025-09-01T00:00:01\n2025-09-01,2025-09-01T12:30:00.000000001Z\n-5,@1970-01-01T00:00:00.5\n',
  )
  expect(await readFileWhole(path)).toEqual({
    start: ['1756684800000000000', '1756684800000000000', '-5'],
    stop: ['1756684801000000000', '1756729800000000001', '500000000'],
  })
})

test('other columns, quotes, blanks, empty lines and the line ends of Windows do not matter', async () => {
  const path = written('\uFEFFrun, "start" ,stop\r\n7, "10" ,20\r\n\r\n8,30,40\r\n')
  expect(await readFileWhole(path)).toEqual({ start: ['10', '30'], stop: ['20', '40'] })
})

test.each([
  ['1,', 'there is no `start` or no `stop`'],
  ['1', 'there is no `start` or no `stop`'],
  ['1,soon', '`soon` is no instant'],
  ['2025-02-30,2025-03-01', '`2025-02-30` is no instant'],
  ['9223372036854775808,1', '`9223372036854775808` is no instant'],
  ['1.5,2', '`1.5` is no instant'],
])('the line `%s` is refused by its number: %s', async (line, why) => {
  const path = written(`start,stop\n1,2\n${line}\n`)
  expect(await failureOf(readFileWhole(path))).toMatchObject({
    code: 'D002',
    message: `\`${path}\`, line 3: ${why}.`,
  })
})
