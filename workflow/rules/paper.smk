rule paper:
    input: **rules_of.inputs("paper")
    output: **rules_of.outputs("paper")
    params: **rules_of.params("paper")
    threads: rules_of.threads("paper")
    log: "logs/{study}/paper.log"
    benchmark: "logs/{study}/paper.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
