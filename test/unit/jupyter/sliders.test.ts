import { expect, test } from 'vitest'
import type { Slider } from '../../../dsl/check/slider.ts'
import { sliderModels } from '../../../kernel/slider-models.ts'
import { Sliders } from '../../../kernel/sliders.ts'
import type { JsonObject, Message } from '../../../kernel/wire.ts'

const slider: Slider = {
  value: 1,
  low: 0.1,
  high: 2,
  step: 0.02,
  decimals: 2,
  unit: 'ms',
  before: 'param dt_max =',
  after: 'in 0.1 .. 2 ms',
}

function message(content: JsonObject, session = 'page'): Message {
  const header = { msg_id: '1', msg_type: '', session, username: '', date: '', version: '5.5' }
  return { identities: [], header, metadata: {}, content }
}

/** A front end that has asked for widgets and sees one slider, and what is sent to it from then on. */
function drawn() {
  const sent: (readonly [string, JsonObject])[] = []
  const moves: string[] = []
  const sliders = new Sliders({
    publish: (_, type, content) => void sent.push([type, content]),
    moved: (_, { name, value }) => void moves.push(`${name} = ${value}`),
  })
  sliders.opened(message({ comm_id: 'control', target_name: 'jupyter.widget.control' }))
  sliders.show(message({}), { name: 'dt_max', slider }, { 'text/plain': 'dt_max : number [ms]' })
  const id = sent.find(([, { data }]) => JSON.stringify(data).includes('FloatSliderModel'))?.[1]['comm_id']
  sent.length = 0
  const tell = (state: JsonObject) => sliders.told(message({ comm_id: id, data: { method: 'update', state } }))
  return { sliders, sent, moves, id, tell }
}

test('a slider is three models of Jupyter widgets, which name each other', () => {
  const models = sliderModels({ slider: 'a', style: 'b', layout: 'c' }, { name: 'dt_max', slider })
  expect([...models.keys()]).toEqual(['c', 'b', 'a'])
  expect(models.get('a')).toEqual({
    _model_module: '@jupyter-widgets/controls',
    _model_module_version: '2.0.0',
    _model_name: 'FloatSliderModel',
    _view_count: null,
    _view_module: '@jupyter-widgets/controls',
    _view_module_version: '2.0.0',
    _view_name: 'FloatSliderView',
    _dom_classes: [],
    behavior: 'drag-tap',
    continuous_update: false,
    description: 'dt_max [ms]',
    description_allow_html: false,
    disabled: false,
    layout: 'IPY_MODEL_c',
    max: 2,
    min: 0.1,
    orientation: 'horizontal',
    readout: true,
    readout_format: '.2f',
    step: 0.02,
    style: 'IPY_MODEL_b',
    tabbable: null,
    tooltip: null,
    value: 1,
  })
})

test('a value is told without the dust of its steps, and to other front ends that show it', () => {
  const { tell, sent, moves, id } = drawn()
  tell({ value: 0.1 + 2 * 0.02 + 1e-15 })
  expect(moves).toEqual(['dt_max = 0.14'])
  const data = { method: 'echo_update', state: { value: 0.14 }, buffer_paths: [] }
  expect(sent).toEqual([['comm_msg', { comm_id: id, data }]])
})

test('a slider is set back where its move could not be carried out, but not to before a newer one', () => {
  const { sliders, tell, sent } = drawn()
  tell({ value: 1.5 })
  tell({ value: 1.7 })
  sent.length = 0
  sliders.settle(message({}), { name: 'dt_max', value: 1.5 }, slider)
  expect(sent).toEqual([])
  sliders.settle(message({}), { name: 'dt_max', value: 1.7 }, slider)
  expect(sent.map(([, { data }]) => data)).toEqual([{ method: 'update', state: { value: 1 }, buffer_paths: [] }])
})

test('what other front ends are told is where the slider is', () => {
  const { sliders, tell, sent, id } = drawn()
  tell({ value: 1.5 })
  sliders.settle(message({}), { name: 'dt_max', value: 1.5 }, { ...slider, value: 1.5 })
  sent.length = 0
  sliders.told(message({ comm_id: id, data: { method: 'request_state' } }))
  expect(sent[0]?.[1]).toMatchObject({ data: { method: 'update', state: { value: 1.5, description: 'dt_max [ms]' } } })
})

test('a comm of anything else is closed at once', () => {
  const { sliders, sent } = drawn()
  sliders.opened(message({ comm_id: 'x', target_name: 'matplotlib' }))
  expect(sent).toEqual([['comm_close', { comm_id: 'x', data: {} }]])
})

test('a page that was loaded after the cell ran is told to run it again, and moves nothing', () => {
  const { sliders, sent, moves, id } = drawn()
  sliders.told(message({ comm_id: id, data: { method: 'update', state: { value: 1.5 } } }, 'another page'))
  expect(moves).toEqual([])
  const state = { value: 1, description: 'dt_max: run this cell again, and those below' }
  expect(sent.map(([, { data }]) => data)).toEqual([{ method: 'update', state, buffer_paths: [] }])
})
