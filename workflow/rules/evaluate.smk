rule verify:
    input: **rules_of.inputs("verify")
    output: **rules_of.outputs("verify")
    params: **rules_of.params("verify")
    threads: rules_of.threads("verify")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/verify.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/verify.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule terms:
    input: **rules_of.inputs("terms")
    output: **rules_of.outputs("terms")
    params: **rules_of.params("terms")
    threads: rules_of.threads("terms")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/terms.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/terms.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule power:
    input: **rules_of.inputs("power")
    output: **rules_of.outputs("power")
    params: **rules_of.params("power")
    threads: rules_of.threads("power")
    log: "logs/{dataset}/power.log"
    benchmark: "logs/{dataset}/power.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule compare:
    input: **rules_of.inputs("compare")
    output: **rules_of.outputs("compare")
    params: **rules_of.params("compare")
    threads: rules_of.threads("compare")
    log: "logs/{study}/compare.log"
    benchmark: "logs/{study}/compare.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
