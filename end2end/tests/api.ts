// The REST API, as far as the tests need it to prepare and to check.
import type { Person, Server } from "./server";

export interface Named {
  id: string;
  name: string;
}
export interface Model extends Named {
  version_count: number;
}
export interface StoredFile {
  name: string;
  size_bytes: number;
  sha256: string;
}
export interface ModelVersion extends Named {
  model_id: string;
  model_name: string;
  number: number;
  files: StoredFile[];
}
export interface ExperimentParts {
  description?: string;
  parameters?: object;
  docker_image?: object;
  dataset_versions?: { dataset_version_id: string; alias: string }[];
  base_model_version_id?: string;
}
type ExportTarget = { new_model: { name: string; description?: string } } | { model_id: string };
type List = "projects" | "experiments" | "datasets" | "models";

export class Api {
  constructor(
    private readonly server: Server,
    private readonly person: Person,
  ) {}

  /** Any request; the answer as it comes. */
  request(method: string, path: string, body?: unknown): Promise<Response> {
    const isBytes = body === undefined || typeof body === "string";
    return fetch(`${this.server.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.person.token}`,
        ...(isBytes ? {} : { "content-type": "application/json" }),
      },
      body: isBytes ? body : JSON.stringify(body),
    });
  }

  /** The one of that name. */
  async find<T extends Named = Named>(list: List, name: string): Promise<T> {
    const found = await this.call<{ items: T[] }>("GET", `/${list}?search=${encodeURIComponent(name)}`);
    const item = found.items.find((item) => item.name === name);
    if (!item) throw new Error(`there is no ${name} among the ${list}`);
    return item;
  }

  /** An experiment of the demo's project. */
  async experiment(name: string, parts: ExperimentParts = {}): Promise<Named> {
    const project = await this.find("projects", "digit-recognition");
    return this.call("POST", "/experiments", { project_id: project.id, name, ...parts });
  }

  /** A project with one experiment that has nothing. */
  async projectWithExperiment(name: string): Promise<Named> {
    const project = await this.call<Named>("POST", "/projects", { name });
    return this.call("POST", "/experiments", { project_id: project.id, name });
  }

  artifact(experiment: Named, name: string, bytes: string): Promise<StoredFile> {
    return this.call("PUT", `/experiments/${experiment.id}/artifacts/${name}`, bytes);
  }

  exportTo(target: ExportTarget, experiment: Named, version = "v1"): Promise<ModelVersion> {
    return this.call("POST", `/experiments/${experiment.id}/export`, { ...target, version: { name: version } });
  }

  version(id: string): Promise<ModelVersion> {
    return this.call("GET", `/model-versions/${id}`);
  }

  /** How many versions the model of that name has. */
  async versionCount(model: string): Promise<number> {
    return (await this.find<Model>("models", model)).version_count;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, path, body);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<T>;
  }
}
