// Reads simulations as a JSON list and writes their verdicts as another.
import { readFileSync } from "node:fs";
import { runSimulation, runUnsafeSimulation } from "@cloud-copilot/iam-simulate";

async function judge(simulation) {
  // Only the careful one knows session and trust policies; the other one takes condition keys of any service.
  if (!simulation.sessionPolicy && !simulation.resourcePolicy) return runUnsafeSimulation(simulation, {});
  const verdict = await runSimulation(simulation, {});
  return verdict.resultType === "error" ? JSON.stringify(verdict.errors) : verdict.overallResult;
}

const verdicts = [];
for (const simulation of JSON.parse(readFileSync(0, "utf8"))) verdicts.push(await judge(simulation));
console.log(JSON.stringify(verdicts));
