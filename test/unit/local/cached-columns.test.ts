import { describe, expect, test } from 'vitest'
import { ColumnCache, chunkState, type MemoryRequest } from '../../../runtime/local/cached-columns.ts'

const float32 = { kind: 'number', repr: 'float32', unit: null } as const

/** One column of 100 rows in 2 chunks: 400 bytes of values and 24 of bookkeeping. */
function request(name: string, dataset = 'd', missing = false): MemoryRequest {
  return { dataset, rows: 100, chunks: 2, columns: [{ name, type: float32, missing }] }
}

describe('columns in memory', () => {
  test('are the same for everyone who asks', () => {
    const cache = new ColumnCache(10_000)
    using a = cache.open()
    using b = cache.open()
    const [first] = a.memories(request('E'))
    expect(b.memories(request('E'))[0]).toBe(first)
    expect(b.memories(request('E', 'other'))[0]).not.toBe(first)
  })

  test('have the array of their type, and validity where they may be missing', () => {
    using use = new ColumnCache(10_000).open()
    const [plain] = use.memories(request('E'))
    const [missing] = use.memories(request('F', 'd', true))
    expect([plain!.values, plain!.values.length, plain!.valid]).toEqual([expect.any(Float32Array), 100, null])
    expect(missing!.valid).toHaveLength(100)
    expect(plain!.values.buffer).toBeInstanceOf(SharedArrayBuffer)
  })

  test('never exceed the limit: what was used longest ago goes first', () => {
    const cache = new ColumnCache(1000)
    const once = (name: string) => {
      using use = cache.open()
      return use.memories(request(name))[0]!
    }
    const [a, b] = [once('a'), once('b')]
    expect(once('a')).toBe(a)
    once('c')
    expect(cache.bytes).toBe(848)
    expect(once('a')).toBe(a)
    expect(once('b')).not.toBe(b)
  })

  test('that are in use stay: a new one then finds no room', () => {
    const cache = new ColumnCache(1000)
    const use = cache.open()
    const [a] = use.memories(request('a'))
    use.memories(request('b'))
    expect(use.memories(request('c'))).toEqual([null])
    use[Symbol.dispose]()
    using later = cache.open()
    expect(later.memories(request('a'))[0]).toBe(a)
    expect(later.memories(request('c'))[0]).not.toBeNull()
  })

  test('are let go when the limit is lowered, but for those in use, and whoever asked is told', () => {
    let drops = 0
    const cache = new ColumnCache(1000, () => (drops += 1))
    using use = cache.open()
    const [a] = use.memories(request('a'))
    {
      using idle = cache.open()
      idle.memories(request('b'))
    }
    cache.limit(500)
    expect(use.memories(request('a'))[0]).toBe(a)
    expect(use.memories(request('c'))).toEqual([null])
    expect([drops, cache.bytes]).toEqual([1, 424])
  })

  test('larger than the limit are refused, and drive nothing out', () => {
    const cache = new ColumnCache(500)
    using use = cache.open()
    expect(use.memories(request('a'))).toHaveLength(1)
    expect(use.memories({ ...request('b'), rows: 1000 })).toEqual([null])
    expect(cache.bytes).toBe(424)
  })

  test('that are cleared are waited for no longer', () => {
    const cache = new ColumnCache(1000)
    using use = cache.open()
    const [memory] = use.memories(request('a'))
    memory!.chunks.set([chunkState.filling, chunkState.filled])
    cache.clear()
    expect([...memory!.chunks]).toEqual([chunkState.refused, chunkState.filled])
    expect(cache.bytes).toBe(0)
    expect(use.memories(request('a'))[0]).not.toBe(memory)
  })
})
