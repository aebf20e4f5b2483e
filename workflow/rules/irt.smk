rule fit_irt:
    input: **rules_of.inputs("fit-irt")
    output: **rules_of.outputs("fit-irt")
    params: **rules_of.params("fit-irt")
    threads: rules_of.threads("fit-irt")
    log: "logs/{dataset}/fold{fold}/fit-irt.log"
    benchmark: "logs/{dataset}/fold{fold}/fit-irt.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule fit_as_found:
    input: **rules_of.inputs("fit-as-found")
    output: **rules_of.outputs("fit-as-found")
    params: **rules_of.params("fit-as-found")
    threads: rules_of.threads("fit-as-found")
    log: "logs/{dataset}/fold{fold}/fit-as-found.log"
    benchmark: "logs/{dataset}/fold{fold}/fit-as-found.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN

rule track_ability:
    input: **rules_of.inputs("track-ability")
    output: **rules_of.outputs("track-ability")
    params: **rules_of.params("track-ability")
    threads: rules_of.threads("track-ability")
    log: "logs/{dataset}/fold{fold}/track-ability.log"
    benchmark: "logs/{dataset}/fold{fold}/track-ability.benchmark.tsv"
    message: "{rule} {wildcards}"
    shell: RUN
