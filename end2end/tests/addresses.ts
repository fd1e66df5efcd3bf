// Every page of the product, with real objects of the demo data.
import type { Api } from "./fixtures";

export async function addresses(api: Api) {
  const project = await api.find("projects", "digit-recognition");
  const experiment = await api.find("experiments", "two-layers-128-64");
  const failed = await api.find("experiments", "two-layers-momentum-0.99");
  const model = await api.find("models", "digits-classifier");
  const dataset = await api.find("datasets", "handwritten-digits");
  return {
    projects: "/",
    project: `/projects/${project.id}`,
    overview: `/experiments/${experiment.id}`,
    metrics: `/experiments/${experiment.id}/metrics`,
    "metrics of a failed run": `/experiments/${failed.id}/metrics`,
    artifacts: `/experiments/${experiment.id}/artifacts`,
    parameters: `/experiments/${experiment.id}/parameters`,
    "label map": `/experiments/${experiment.id}/label-map`,
    "dataset versions": `/experiments/${experiment.id}/datasets`,
    export: `/experiments/${experiment.id}/export`,
    datasets: "/datasets",
    dataset: `/datasets/${dataset.id}`,
    "dataset version": `/datasets/${dataset.id}/versions/train-1437`,
    registry: "/registry",
    model: `/registry/${model.id}`,
    version: `/registry/${model.id}/1`,
    help: "/help/export",
    api: "/api/docs",
  };
}
