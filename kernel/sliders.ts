import { randomUUID } from 'node:crypto'
import type { Slider } from '../dsl/check/slider.ts'
import type { Move } from '../dsl/rebind.ts'
import type { MimeBundle, Parameter } from './interpreter.ts'
import { describedModel, type SliderModelIds, sliderModels } from './slider-models.ts'
import type { JsonObject, Message } from './wire.ts'

/** How sliders speak: everything on iopub, in answer to a request. */
export interface SlidersChannel {
  publish(request: Message, type: string, content: JsonObject, metadata?: JsonObject): void
  /** The front end has moved a slider. */
  moved(request: Message, move: Move): void
}

interface Shown {
  readonly ids: SliderModelIds
  readonly parameter: Parameter
  /** The front end that ran its cell. */
  readonly session: string
  /** The value that the front end has told last. */
  readonly told: number
  readonly displayId: string
  /** What it shows where no slider is drawn. */
  readonly data: MimeBundle
  /** Whether the display names the slider. */
  readonly isDrawn: boolean
}

const target = 'jupyter.widget'
const controlTarget = 'jupyter.widget.control'
/** Of the messages of widgets, which a comm that is opened announces. */
const widgetVersion = '2.1.0'
const viewType = 'application/vnd.jupyter.widget-view+json'

/**
 * The sliders of a notebook as widgets of Jupyter, whose messages the kernel speaks itself (jupyter-widgets,
 * `packages/schema/messages.md`): each is three models with a comm of its own.
 *
 * Comms are for front ends that have asked for widgets. Until one does nothing but text is sent, and then what is shown is
 * drawn: a client without widgets never sees a comm.
 */
export class Sliders {
  readonly #channel: SlidersChannel
  readonly #shown = new Map<string, Shown>()
  readonly #controls = new Set<string>()
  #isAsked = false

  constructor(channel: SlidersChannel) {
    this.#channel = channel
  }

  /** Shows the slider of a parameter in a cell; one shown before is gone. */
  show(request: Message, parameter: Parameter, data: MimeBundle): void {
    this.#close(request, parameter.name)
    const ids = { slider: randomUUID(), style: randomUUID(), layout: randomUUID() }
    const { value: told } = parameter.slider
    const { session } = request.header
    const displayId = `sift-${ids.slider}`
    const shown: Shown = { ids, parameter, session, told, displayId, data, isDrawn: this.#isAsked }
    this.#shown.set(parameter.name, shown)
    if (this.#isAsked) {
      for (const [id, state] of sliderModels(ids, parameter)) {
        const content = { comm_id: id, target_name: target, data: { state, buffer_paths: [] } }
        this.#channel.publish(request, 'comm_open', content, { version: widgetVersion })
      }
    }
    this.#display(request, 'display_data', shown)
  }

  /** A move has been carried out, as far as that could be: the slider is where `slider` says, or is none any more. */
  settle(request: Message, move: Move, slider: Slider | null): void {
    const shown = this.#shown.get(move.name)
    if (shown === undefined) return
    if (slider === null) return this.#close(request, move.name)
    this.#shown.set(move.name, { ...shown, parameter: { name: move.name, slider } })
    // What it has been moved to since is told when it is carried out.
    if (shown.told === move.value && slider.value !== move.value) this.#setBack(request, shown, slider.value)
  }

  opened(request: Message): void {
    const { comm_id: id, target_name: name } = request.content
    if (typeof id !== 'string') return
    if (name !== controlTarget) return this.#channel.publish(request, 'comm_close', { comm_id: id, data: {} })
    this.#controls.add(id)
    this.#isAsked = true
  }

  closed({ content: { comm_id: id } }: Message): void {
    if (typeof id !== 'string') return
    this.#controls.delete(id)
    const shown = this.#owner(id)
    if (shown !== undefined) this.#shown.delete(shown.parameter.name)
  }

  told(request: Message): void {
    const { comm_id: id, data } = request.content
    if (typeof id !== 'string' || !isObject(data)) return
    const { method } = data
    if (this.#controls.has(id)) return method === 'request_states' ? this.#tellAll(request, id) : undefined
    const shown = this.#owner(id)
    if (shown === undefined) return
    if (method === 'request_state')
      this.#tell(request, id, 'update', sliderModels(shown.ids, shown.parameter).get(id) ?? {})
    if (method === 'update' && id === shown.ids.slider && isObject(data['state']))
      this.#move(request, shown, data['state'])
  }

  /** The comms that are open, by identifier. */
  info(request: Message): JsonObject {
    const { target_name: name } = request.content
    if (name === target) {
      this.#isAsked = true
      this.#draw(request)
    }
    if (!this.#isAsked || (name !== undefined && name !== null && name !== target)) return {}
    return Object.fromEntries([...this.#models().keys()].map((id) => [id, { target_name: target }]))
  }

  #move(request: Message, shown: Shown, { value }: JsonObject): void {
    if (typeof value !== 'number') return
    const { name, slider } = shown.parameter
    // A slider counts its steps in binary: `0.1 + 2 · 0.02` is meant as 0.14.
    const exact = Number(value.toPrecision(12))
    if (!(slider.low <= exact && exact <= slider.high)) return this.#setBack(request, shown, slider.value)
    if (request.header.session !== shown.session) return this.#refuse(request, shown)
    this.#shown.set(name, { ...shown, told: exact })
    // For other front ends that show it.
    this.#tell(request, shown.ids.slider, 'echo_update', { value: exact })
    this.#channel.moved(request, { name, value: exact })
  }

  #setBack(request: Message, { ids }: Shown, value: number): void {
    this.#tell(request, ids.slider, 'update', { value })
  }

  /** A page that was loaded after a cell ran cannot update what it showed: its outputs would stay those of another value. */
  #refuse(request: Message, { ids, parameter: { name, slider } }: Shown): void {
    const description = `${name}: run this cell again, and those below`
    this.#tell(request, ids.slider, 'update', { value: slider.value, description })
  }

  #tell(request: Message, id: string, method: 'update' | 'echo_update', state: JsonObject): void {
    this.#channel.publish(request, 'comm_msg', { comm_id: id, data: { method, state, buffer_paths: [] } })
  }

  #tellAll(request: Message, id: string): void {
    const states = Object.fromEntries([...this.#models()].map(([each, state]) => [each, describedModel(state)]))
    const data = { method: 'update_states', states, buffer_paths: [] }
    this.#channel.publish(request, 'comm_msg', { comm_id: id, data })
    this.#draw(request)
  }

  /** Draws what has been shown as text to front ends that have not asked. */
  #draw(request: Message): void {
    for (const [name, shown] of this.#shown) {
      if (shown.isDrawn) continue
      const drawn = { ...shown, isDrawn: true }
      this.#shown.set(name, drawn)
      this.#display(request, 'update_display_data', drawn)
    }
  }

  #display(request: Message, type: string, { data, ids, displayId, isDrawn }: Shown): void {
    const view = isDrawn ? { [viewType]: { version_major: 2, version_minor: 0, model_id: ids.slider } } : {}
    this.#channel.publish(request, type, {
      data: { ...data, ...view },
      metadata: {},
      transient: { display_id: displayId },
    })
  }

  #close(request: Message, name: string): void {
    const shown = this.#shown.get(name)
    if (shown === undefined) return
    this.#shown.delete(name)
    if (!shown.isDrawn) return
    for (const id of Object.values(shown.ids)) this.#channel.publish(request, 'comm_close', { comm_id: id, data: {} })
  }

  #models(): ReadonlyMap<string, JsonObject> {
    return new Map([...this.#shown.values()].flatMap(({ ids, parameter }) => [...sliderModels(ids, parameter)]))
  }

  #owner(id: string): Shown | undefined {
    return [...this.#shown.values()].find(({ ids }) => Object.values(ids).includes(id))
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
