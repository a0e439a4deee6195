import {
  type Data,
  Field,
  Int32,
  Dictionary,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
  Int64,
  Float64,
  Float32,
  Uint32,
  Uint64,
  Bool,
  TimestampNanosecond,
  List,
  DataType,
} from 'apache-arrow'
import { assemble } from '../../../runtime/index/assemble.ts'
import { type Inspection, inspectSource } from '../../../runtime/index/inspect.ts'
import type { Dataset } from '../../../runtime/ports/dataset.ts'
import type { ScanRequest, Source } from '../../../runtime/ports/format.ts'

export const types: Readonly<Record<string, () => DataType>> = {
  int32: () => new Int32(),
  int64: () => new Int64(),
  uint32: () => new Uint32(),
  uint64: () => new Uint64(),
  float32: () => new Float32(),
  float64: () => new Float64(),
  bool: () => new Bool(),
  timestamp: () => new TimestampNanosecond(),
  text: () => new Dictionary(new Utf8(), new Int32()),
  'list<float32>': () => new List(new Field('item', new Float32(), false)),
}

export interface MemoryColumn {
  readonly type: keyof typeof types
  readonly values: readonly unknown[]
  readonly unit?: string
}

export interface MemoryFile {
  readonly path: string
  readonly columns: Readonly<Record<string, MemoryColumn>>
  readonly document?: unknown
  readonly uuid?: string
  readonly skipped?: Readonly<Record<string, string>>
  readonly timeDeclared?: boolean
}

/** A file in memory. Its batches are views of one column, as those of a reader that decodes ahead. */
export function memorySource({ columns, document, uuid, skipped = {} }: MemoryFile): Source {
  const fields = Object.entries(columns).map(([name, { type, values, unit }]) => {
    const metadata = unit === undefined ? undefined : new Map([['unit', unit]])
    return new Field(name, types[type]!(), values.includes(null), metadata)
  })
  const data = new Map(fields.map((field): [string, Data] => [field.name, dataOf(field, columns[field.name]!.values)]))
  const rows = Object.values(columns)[0]?.values.length ?? 0
  return {
    schema: new Schema(fields),
    rows,
    skipped: new Map(Object.entries(skipped)),
    document: document === undefined ? undefined : typeof document === 'string' ? document : JSON.stringify(document),
    uuid,
    groups: [rows],
    statistics: () => undefined,
    scan: (request) => scan(fields, data, request),
    [Symbol.asyncDispose]: async () => {},
  }
}

async function* scan(fields: readonly Field[], data: ReadonlyMap<string, Data>, request: ScanRequest) {
  const asked = request.columns.map((name) => fields.find((field) => field.name === name)!)
  const type = new Struct(asked)
  for (let start = request.start; start < request.end; start += request.batchRows) {
    request.cancel.throwIfAborted()
    const length = Math.min(request.batchRows, request.end - start)
    const children = asked.map(({ name }) => data.get(name)!.slice(start, length))
    yield new RecordBatch(new Schema(asked), makeData({ type, length, nullCount: 0, children }))
  }
}

function dataOf(field: Field, values: readonly unknown[]): Data {
  if (values.length === 0) return makeData({ type: field.type, length: 0 } as never)
  const isTime = DataType.isTimestamp(field.type)
  const data = vectorFromArray(values as never[], isTime ? new Int64() : field.type).data[0]! as Data
  return isTime ? data.clone(field.type) : data
}

const patient = new AbortController().signal

export function inspect(file: MemoryFile): Promise<Inspection> {
  const request = { path: file.path, tree: null, timeDeclared: file.timeDeclared ?? false, bytes: 0, modifiedMs: 0 }
  return inspectSource(memorySource(file), request, patient)
}

export async function openMemory(files: readonly MemoryFile[]): Promise<Dataset> {
  const inspections: Inspection[] = []
  for (const file of files) inspections.push(await inspect(file))
  return assemble(inspections, { key: 'memory', path: 'memory', folder: '/work' })
}
