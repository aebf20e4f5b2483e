rule simulate:
    input: **rules_of.inputs("simulate")
    output: **rules_of.outputs("simulate")
    params: **rules_of.params("simulate")
    wildcard_constraints: dataset=rules_of.only("simulate", "dataset")
    threads: rules_of.threads("simulate")
    log: "logs/{dataset}/simulate.log"
    benchmark: "logs/{dataset}/simulate.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule fetch:
    input: **rules_of.inputs("fetch")
    # `update`: a file that is already there is kept until the new one is whole
    output: **{flag: update(place) for flag, place in rules_of.outputs("fetch").items()}
    params: **rules_of.params("fetch")
    wildcard_constraints: dataset=rules_of.only("fetch", "dataset")
    threads: rules_of.threads("fetch")
    log: "logs/{dataset}/fetch.log"
    benchmark: "logs/{dataset}/fetch.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule preprocess:
    input: **rules_of.inputs("preprocess")
    output: **rules_of.outputs("preprocess")
    params: **rules_of.params("preprocess")
    threads: rules_of.threads("preprocess")
    log: "logs/{dataset}/preprocess.log"
    benchmark: "logs/{dataset}/preprocess.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
