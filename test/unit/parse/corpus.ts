import { readFileSync } from 'node:fs'
import { splitCells } from '../../../dsl/parse/parse.ts'

const path = new URL('../../corpus/cells.sift', import.meta.url)

/** The worked cells of the language page. */
export const corpus = splitCells(readFileSync(path, 'utf8')).filter(({ text }) => text.trim() !== '')
