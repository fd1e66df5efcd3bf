// Every page of the product, with real objects of the demo data.
import type { Api } from "./api";
import type { Role } from "./server";

export interface Place {
  address: string;
  /** Without the name of the product. */
  title: string;
  heading: string;
  breadcrumb: string[];
  /** Who may open it; an editor unless said otherwise. */
  role?: Role;
}

const EXPERIMENT = "two-layers-128-64";

/** The names of all pages, known before any server runs. */
export const PAGES = [
  "projects",
  "new project",
  "project",
  "comparison",
  "new experiment",
  "overview",
  "metrics",
  "metrics of a diverged run",
  "artifacts",
  "parameters",
  "label map",
  "dataset versions",
  "edit experiment",
  "manage experiment",
  "console",
  "export",
  "datasets",
  "dataset",
  "dataset version",
  "new dataset",
  "new dataset version",
  "edit project",
  "manage project",
  "edit dataset",
  "edit dataset version",
  "counts of labels",
  "groups of labels",
  "manage dataset",
  "manage dataset version",
  "tags",
  "registry",
  "model",
  "version",
  "label map of a version",
  "edit model",
  "manage model",
  "compare versions",
  "edit version",
  "manage version",
  "history of a version",
  "new model version",
  "lineage",
  "audit trail",
  "search",
  "help",
  "shortcuts",
  "settings",
  "api tokens",
  "api",
] as const;
export type PageName = (typeof PAGES)[number];

export async function places(api: Api): Promise<Record<PageName, Place>> {
  const project = await api.find("projects", "digit-recognition");
  const experiment = await api.find("experiments", EXPERIMENT);
  const failed = await api.find("experiments", "two-layers-momentum-0.99");
  const model = await api.find("models", "digits-classifier");
  const dataset = await api.find("datasets", "handwritten-digits");
  const top = (address: string, title: string): Place => ({ address, title, heading: title, breadcrumb: [] });
  const tab = (path: string, title: string): Place => ({
    address: `/experiments/${experiment.id}${path}`,
    title: title ? `${EXPERIMENT} · ${title}` : EXPERIMENT,
    heading: EXPERIMENT,
    breadcrumb: ["Projects", project.name, EXPERIMENT],
  });
  const inside = (address: string, breadcrumb: string[], title = breadcrumb.at(-1) ?? ""): Place => ({
    address,
    title,
    heading: title,
    breadcrumb,
  });
  return {
    projects: top("/", "Projects"),
    "new project": inside("/projects/new", ["Projects", "New project"]),
    project: inside(`/projects/${project.id}`, ["Projects", project.name]),
    "new experiment": {
      address: `/projects/${project.id}/experiments/new`,
      title: `New experiment · ${project.name}`,
      heading: "New experiment",
      breadcrumb: ["Projects", project.name, "New experiment"],
    },
    comparison: {
      address: `/projects/${project.id}/compare?experiment=${experiment.id}&experiment=${failed.id}`,
      title: `Compare · ${project.name}`,
      heading: "Compare experiments",
      breadcrumb: ["Projects", project.name, "Compare"],
    },
    overview: tab("", ""),
    metrics: tab("/metrics", "Metrics"),
    "metrics of a diverged run": {
      address: `/experiments/${failed.id}/metrics`,
      title: `${failed.name} · Metrics`,
      heading: failed.name,
      breadcrumb: ["Projects", project.name, failed.name],
    },
    console: tab("/console", "Console"),
    artifacts: tab("/artifacts", "Artifacts"),
    parameters: tab("/parameters", "Parameters"),
    "label map": tab("/label-map", "Label map"),
    "dataset versions": tab("/datasets", "Dataset versions"),
    export: {
      address: `/experiments/${experiment.id}/export`,
      title: `Export ${EXPERIMENT}`,
      heading: "Export as a Model",
      breadcrumb: ["Projects", project.name, EXPERIMENT, "Export"],
    },
    datasets: top("/datasets", "Datasets"),
    dataset: inside(`/datasets/${dataset.id}`, ["Datasets", dataset.name]),
    "dataset version": inside(
      `/datasets/${dataset.id}/versions/train-1437`,
      ["Datasets", dataset.name, "train-1437"],
      `${dataset.name} › train-1437`,
    ),
    "new dataset": inside("/datasets/new", ["Datasets", "New dataset"]),
    "new dataset version": {
      address: `/datasets/${dataset.id}/new-version?from=train-1437`,
      title: `New version · ${dataset.name}`,
      heading: "New dataset version",
      breadcrumb: ["Datasets", dataset.name, "New version"],
    },
    "edit project": {
      address: `/projects/${project.id}/edit`,
      title: `Edit ${project.name}`,
      heading: "Edit project",
      breadcrumb: ["Projects", project.name, "Edit"],
    },
    "manage project": {
      address: `/projects/${project.id}/manage`,
      title: `Manage ${project.name}`,
      heading: "Manage project",
      breadcrumb: ["Projects", project.name, "Manage"],
    },
    "edit experiment": {
      address: `/experiments/${experiment.id}/edit`,
      title: `Edit ${experiment.name}`,
      heading: "Edit experiment",
      breadcrumb: ["Projects", project.name, experiment.name, "Edit"],
    },
    "manage experiment": {
      address: `/experiments/${experiment.id}/manage`,
      title: `Manage ${experiment.name}`,
      heading: "Manage experiment",
      breadcrumb: ["Projects", project.name, experiment.name, "Manage"],
    },
    "edit dataset": {
      address: `/datasets/${dataset.id}/edit`,
      title: `Edit ${dataset.name}`,
      heading: "Edit dataset",
      breadcrumb: ["Datasets", dataset.name, "Edit"],
    },
    "counts of labels": {
      address: `/datasets/${dataset.id}/versions/train-1437/counts`,
      title: `Counts of ${dataset.name} › train-1437`,
      heading: "Counts and groups of labels",
      breadcrumb: ["Datasets", dataset.name, "train-1437", "Counts"],
    },
    "groups of labels": {
      address: `/datasets/${dataset.id}/versions/train-1437/groups`,
      title: `Groups of ${dataset.name} › train-1437`,
      heading: "Groups of labels",
      breadcrumb: ["Datasets", dataset.name, "train-1437", "Groups"],
    },
    "manage dataset": {
      address: `/datasets/${dataset.id}/manage`,
      title: `Manage ${dataset.name}`,
      heading: "Manage dataset",
      breadcrumb: ["Datasets", dataset.name, "Manage"],
    },
    "manage dataset version": {
      address: `/datasets/${dataset.id}/versions/train-1437/manage`,
      title: `Manage ${dataset.name} › train-1437`,
      heading: "Manage dataset version",
      breadcrumb: ["Datasets", dataset.name, "train-1437", "Manage"],
    },
    tags: top("/tags", "Tags"),
    "edit dataset version": {
      address: `/datasets/${dataset.id}/versions/train-1437/edit`,
      title: `Edit ${dataset.name} › train-1437`,
      heading: "Edit dataset version",
      breadcrumb: ["Datasets", dataset.name, "train-1437", "Edit"],
    },
    registry: top("/registry", "Private registry"),
    model: inside(`/registry/${model.id}`, ["Private registry", model.name]),
    version: inside(`/registry/${model.id}/1`, ["Private registry", model.name, "v1"], `${model.name} › v1`),
    "label map of a version": {
      address: `/registry/${model.id}/1/label-map`,
      title: `Label map · ${model.name} › v1`,
      heading: "Label map",
      breadcrumb: ["Private registry", model.name, "v1", "Label map"],
    },
    "edit model": {
      address: `/registry/${model.id}/edit`,
      title: `Edit ${model.name}`,
      heading: "Edit model",
      breadcrumb: ["Private registry", model.name, "Edit"],
    },
    "manage model": {
      address: `/registry/${model.id}/manage`,
      title: `Manage ${model.name}`,
      heading: "Manage model",
      breadcrumb: ["Private registry", model.name, "Manage"],
    },
    "compare versions": {
      address: `/registry/${model.id}/compare`,
      title: `Compare versions · ${model.name}`,
      heading: "Compare versions",
      breadcrumb: ["Private registry", model.name, "Compare"],
    },
    "edit version": {
      address: `/registry/${model.id}/1/edit`,
      title: `Edit ${model.name} › v1`,
      heading: "Edit model version",
      breadcrumb: ["Private registry", model.name, "v1", "Edit"],
    },
    "manage version": {
      address: `/registry/${model.id}/1/manage`,
      title: `Manage ${model.name} › v1`,
      heading: "Manage model version",
      breadcrumb: ["Private registry", model.name, "v1", "Manage"],
    },
    "history of a version": {
      address: `/registry/${model.id}/1/history`,
      title: `History · ${model.name} › v1`,
      heading: "History",
      breadcrumb: ["Private registry", model.name, "v1", "History"],
    },
    "new model version": inside("/registry/new", ["Private registry", "New version"], "New model version"),
    lineage: {
      address: `/lineage/experiments/${experiment.id}`,
      title: `Lineage · ${project.name} › ${EXPERIMENT}`,
      heading: "Lineage",
      breadcrumb: ["Projects", `${project.name} › ${EXPERIMENT}`, "Lineage"],
    },
    "audit trail": { ...top("/settings/audit", "Audit trail"), role: "owner" },
    search: { ...top("/search?q=digits", "Search: digits"), heading: "Search" },
    shortcuts: top("/help/shortcuts", "Keyboard shortcuts"),
    settings: top("/settings", "Settings"),
    "api tokens": top("/settings/tokens", "Settings"),
    help: top("/help/export", "What is exported"),
    api: top("/api/docs", "API"),
  };
}
