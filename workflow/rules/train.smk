rule train:
    input: **rules_of.inputs("train")
    output: **rules_of.outputs("train")
    params: **rules_of.params("train")
    wildcard_constraints: variant=rules_of.only("train", "variant")
    threads: rules_of.threads("train")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/train.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/train.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule trajectories:
    input: **rules_of.inputs("trajectories")
    output: **rules_of.outputs("trajectories")
    params: **rules_of.params("trajectories")
    wildcard_constraints: variant=rules_of.only("trajectories", "variant")
    threads: rules_of.threads("trajectories")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/trajectories.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/trajectories.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule average:
    input: **rules_of.inputs("average")
    output: **rules_of.outputs("average")
    params: **rules_of.params("average")
    wildcard_constraints: variant=rules_of.only("average", "variant")
    threads: rules_of.threads("average")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/average.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/average.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
