import type { Parameter } from './interpreter.ts'
import type { JsonObject } from './wire.ts'

/** The identifiers of the three models that make a slider. */
export interface SliderModelIds {
  readonly slider: string
  readonly style: string
  readonly layout: string
}

const base = '@jupyter-widgets/base'
const controls = '@jupyter-widgets/controls'
/** Of both packages, as jupyterlab_widgets carries them. */
const modelVersion = '2.0.0'

/** The states of the models of a slider by their identifiers, those first that the others name. */
export function sliderModels(ids: SliderModelIds, parameter: Parameter): ReadonlyMap<string, JsonObject> {
  return new Map([
    [ids.layout, { ...model(base, 'LayoutModel'), ...view(base, 'LayoutView'), width: '36em' }],
    [
      ids.style,
      {
        ...model(controls, 'SliderStyleModel'),
        ...view(base, 'StyleView'),
        description_width: 'initial',
        handle_color: null,
      },
    ],
    [
      ids.slider,
      { ...model(controls, 'FloatSliderModel'), ...view(controls, 'FloatSliderView'), ...drawn(ids, parameter) },
    ],
  ])
}

function drawn({ style, layout }: SliderModelIds, { name, slider }: Parameter): JsonObject {
  const { value, low, high, step, decimals, unit } = slider
  return {
    _dom_classes: [],
    behavior: 'drag-tap',
    // The value counts once the handle is let go: each one runs the queries that stand on it.
    continuous_update: false,
    description: unit === '' ? name : `${name} [${unit}]`,
    description_allow_html: false,
    disabled: false,
    layout: reference(layout),
    max: high,
    min: low,
    orientation: 'horizontal',
    readout: true,
    readout_format: `.${decimals}f`,
    step,
    style: reference(style),
    tabbable: null,
    tooltip: null,
    value,
  }
}

/** How a model is described where all of them are asked for. */
export function describedModel(state: JsonObject): JsonObject {
  return {
    model_name: state['_model_name'],
    model_module: state['_model_module'],
    model_module_version: state['_model_module_version'],
    state,
  }
}

function model(module: string, name: string): JsonObject {
  return { _model_module: module, _model_module_version: modelVersion, _model_name: name }
}

function view(module: string, name: string): JsonObject {
  return { _view_count: null, _view_module: module, _view_module_version: modelVersion, _view_name: name }
}

/** How one model names another. */
function reference(id: string): string {
  return `IPY_MODEL_${id}`
}
