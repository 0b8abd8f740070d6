import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  identityOf,
  isOlder,
  Views,
  type Watched,
} from '../../src/adapters/compute-kubernetes/watched-list-views.ts'

interface Past {
  readonly type: 'changed' | 'deleted'
  readonly object: { readonly metadata: Watched }
}

/** A cluster of two names, and views of it that hear of everything late and in any order that can be. */
class World {
  readonly views: Views<Watched>
  readonly #objects = new Map<string, Past['object']>()
  readonly #past: Past[] = []
  readonly #answers: Past['object'][] = []
  readonly #gone = new Set<string>()
  #version = 98
  #told = 0
  #uids = 0
  #list: { readonly version: string; readonly items: Past['object'][] } | null = null

  constructor() {
    const project = (object: unknown) => (object as Past['object']).metadata
    this.views = new Views(project, (now, before) => {
      if (now === null && before !== null) this.#gone.add(before.uid)
    })
    this.beginList()
    this.endList()
    this.#told = this.#past.length
  }

  put(name: string): void {
    const uid = this.#objects.get(name)?.metadata.uid ?? `uid${(this.#uids += 1)}`
    const object = this.#versioned(name, uid)
    if (!this.#objects.has(name)) this.#answers.push(object)
    this.#objects.set(name, object)
    this.#past.push({ type: 'changed', object })
  }

  remove(name: string): void {
    const uid = this.#objects.get(name)?.metadata.uid
    if (uid === undefined) return
    this.#objects.delete(name)
    this.#past.push({ type: 'deleted', object: this.#versioned(name, uid) })
  }

  tell(): void {
    const past = this.#past[this.#told]
    const seen = identityOf(past?.object)
    if (past === undefined || seen === null) return
    this.#told += 1
    this.views[past.type](seen)
  }

  beginList(): void {
    this.#list = { version: String(this.#version), items: [...this.#objects.values()] }
    this.views.beginList()
  }

  page(): void {
    const item = this.#list?.items.shift()
    if (item !== undefined && this.#list !== null) this.views.page(this.#list.version, [item])
  }

  endList(): void {
    while ((this.#list?.items.length ?? 0) > 0) this.page()
    if (this.#list !== null) this.views.endList(this.#list.version)
    this.#list = null
  }

  /** The answer of a create call comes, maybe long after its events. */
  answer(): void {
    const object = this.#answers.shift()
    if (object !== undefined) this.views.note(object)
  }

  nothingCameBack(): void {
    for (const { uid } of this.views.values()) assert.ok(!this.#gone.has(uid), `${uid} came back`)
  }

  allIsKnown(): void {
    while (this.#told < this.#past.length) this.tell()
    while (this.#answers.length > 0) this.answer()
    this.endList()
    const state = (all: Iterable<Watched>) =>
      [...all].map(({ name, uid, resourceVersion }) => `${name} ${uid} ${resourceVersion}`).sort()
    assert.deepEqual(
      state(this.views.values()),
      state([...this.#objects.values()].map(({ metadata }) => metadata)),
    )
  }

  #versioned(name: string, uid: string): Past['object'] {
    this.#version += 1
    return { metadata: { name, uid, resourceVersion: String(this.#version) } }
  }
}

test('events, lists and answers in any order lead to the same end, and nothing that went comes back', () => {
  const name = fc.constantFrom('a', 'b')
  const wrote = fc.tuple(name, fc.boolean()).map(([of, puts]) => (world: World) => {
    if (puts) world.put(of)
    else world.remove(of)
  })
  const heard = fc.constantFrom<(world: World) => void>(
    (world) => world.tell(),
    (world) => world.beginList(),
    (world) => world.page(),
    (world) => world.endList(),
    (world) => world.answer(),
    (world) => {
      world.beginList()
      world.endList()
    },
  )
  const step = fc.oneof({ arbitrary: wrote, weight: 2 }, { arbitrary: heard, weight: 3 })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const world = new World()
      for (const take of steps) {
        take(world)
        world.nothingCameBack()
      }
      world.allIsKnown()
    }),
    { numRuns: 8_000 },
  )
})

test('a watch that lags behind a list does not open the way for a late answer', () => {
  const world = new World()
  const list = () => {
    world.beginList()
    world.endList()
  }
  world.put('b')
  world.put('a')
  list()
  world.remove('a')
  list()
  world.tell()
  world.answer()
  world.answer()
  world.nothingCameBack()
  assert.equal(world.views.size, 1)
})

const versions = [
  ['99', '100', true, 'decimal numbers are compared as numbers'],
  ['100', '99', false, 'and not as texts'],
  ['100', '100', false, 'the same is not older'],
  ['9007199254740993', '9007199254740994', true, 'beyond what a float holds'],
  ['abc', 'abd', false, 'nothing is known of other versions'],
  ['', '5', false, 'nor of none'],
] as const

for (const [one, other, older, why] of versions) {
  test(`version ${one} is ${older ? '' : 'not '}older than ${other}: ${why}`, () => {
    assert.equal(isOlder(one, other), older)
  })
}
