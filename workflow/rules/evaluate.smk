rule verify:
    input: **rules_of.inputs("verify")
    output: **rules_of.outputs("verify")
    params: **rules_of.params("verify")
    threads: rules_of.threads("verify")
    log: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/verify.log"
    benchmark: "logs/{dataset}/fold{fold}/{variant}/seed{seed}/verify.benchmark.tsv"
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
