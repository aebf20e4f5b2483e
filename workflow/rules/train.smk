rule train:
    input: **rules_of.inputs("train")
    output: **rules_of.outputs("train")
    params: **rules_of.params("train")
    threads: rules_of.threads("train")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/train.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/train.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule trajectories:
    input: **rules_of.inputs("trajectories")
    output: **rules_of.outputs("trajectories")
    params: **rules_of.params("trajectories")
    threads: rules_of.threads("trajectories")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/trajectories.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/trajectories.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
