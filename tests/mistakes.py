"""Mistakes in a schema: name -> (what stands in tests/tiny.toml, what instead, what is said)."""

SOURCE = '[relations.source]\nfrom = ["claim"]\n'
SUPPORTS = '[relations.supports]\nfrom = ["claim"]\n'
TO = 'to = ["speaker"]\n'
CUE = 'to_when = { manner = ["spoken", "written"] }'
CERTAIN = 'certain = { definition = "Sure.", key = "5" }'

MISTAKES = {
    "unknown key at the top": (
        'title = "A schema for examples"',
        'title = "A"\nlicense = "none"',
        "has an unknown key 'license' (there are name, version, guidelines, title, licence, ",
    ),
    "the path, which only the tool gives": (
        'title = "A schema for examples"',
        'title = "A"\npath = "elsewhere"',
        "has an unknown key 'path'",
    ),
    "no title": ('title = "A schema for examples"', "", "has no 'title'"),
    "version of two numbers": (
        'version = "1.0.0"',
        'version = "1.0"',
        "version '1.0' is no version: expected MAJOR.MINOR.PATCH",
    ),
    "guidelines without a version": (
        'guidelines = "1.0.0"',
        'guidelines = "new"',
        "guidelines 'new' is no version",
    ),
    "no kind of passage that is annotated": (
        'annotated = ["body"]',
        "annotated = []",
        "passages.annotated is empty: no passage could hold a span",
    ),
    "kind of passage that is annotated and is not": (
        'other = ["heading"]',
        'other = ["body"]',
        "passages.other: kind 'body' is taken by passages.annotated",
    ),
    "passages that are no list": (
        'annotated = ["body"]',
        'annotated = "body"',
        "expected 'array', got 'str' - at 'passages.annotated'",
    ),
    "unknown key of a layer": (
        'title = "Event"',
        'title = "Event"\nicon = "star"',
        "layers.event: has an unknown key 'icon' (there are title, plural, ",
    ),
    "layer without a label": ('title = "Event"\n', "", "layers.event: has no 'title'"),
    "blank label": (
        'title = "Event"',
        'title = " "',
        "layers.event: title ' ' cannot be used: expected printable, without a comma",
    ),
    "label with a comma": (
        'title = "Event"',
        'title = "Event, or so"',
        "layers.event: title 'Event, or so' cannot be used",
    ),
    "two equal labels": (
        'title = "Speaker"',
        'title = "Event"',
        "speaker: title 'Event' is taken by event",
    ),
    "two equal plurals": (
        'plural = "speakers"',
        'plural = "events"',
        "speaker: plural 'events' is taken by event",
    ),
    "plural that is a path": (
        'plural = "events"',
        'plural = "../events"',
        "layers.event: plural '../events' cannot name a config of the dataset",
    ),
    "plural that every dataset has": (
        'plural = "events"',
        'plural = "Relations"',
        "layers.event: plural 'Relations' cannot name a config of the dataset",
    ),
    "plural that Croissant's list of splits has": (
        'plural = "events"',
        'plural = "splits"',
        "layers.event: plural 'splits' cannot name a config of the dataset",
    ),
    "plural that `datasets` takes for the default config": (
        'plural = "events"',
        'plural = "default"',
        "layers.event: plural 'default' cannot name a config of the dataset",
    ),
    "plurals that differ in capitals only": (
        'plural = "speakers"',
        'plural = "Events"',
        "speaker: plural 'events' is taken by event",
    ),
    "title that Label Studio refuses": (
        'title = "A schema for examples"',
        'title = "Ox"',
        "title has 2 characters: expected 3 to 50",
    ),
    "title of two lines": (
        'title = "A schema for examples"',
        'title = "A schema\\nfor examples"',
        "title 'A schema\\nfor examples' cannot be used: expected one line",
    ),
    "blank name": ('name = "tiny"', 'name = " "', "name ' ' cannot be used: expected one line"),
    "control character in a definition": (
        'definition = "How sure."',
        'definition = "How \\u0001 sure."',
        "attribute certainty: definition 'How \\x01 sure.' is blank or has a control character",
    ),
    "name of a layer with a capital": (
        "[layers.event]",
        "[layers.Event]",
        "layers.Event: a name is of the form [a-z][a-z0-9_]*",
    ),
    "bad colour": (
        'colour = "#C44601"',
        'colour = "brown"',
        "layers.event: colour 'brown' is not of the form #rrggbb",
    ),
    "colour of three digits": ('colour = "#C44601"', 'colour = "#fff"', "colour '#fff' is not"),
    "two equal hotkeys of layers": (
        'key = "2"',
        'key = "1"',
        "layers.speaker: key '1' is taken by layers.event",
    ),
    "hotkey of a value that a layer has": (
        'definition = "Sure.", key = "5"',
        'definition = "Sure.", key = "1"',
        "attribute certainty, value certain: key '1' is taken by layers.event",
    ),
    "hotkey of a flag that a value has": (
        'key = "d"',
        'key = "5"',
        "key '5' is taken by ",
    ),
    "hotkey that Label Studio uses": (
        'key = "1"',
        'key = "u"',
        "layers.event: key 'u' cannot be used",
    ),
    "depth of a layer that does not nest": (
        'overlap = "nested"',
        'overlap = "none"',
        "layers.claim: depth 1 does not fit overlap 'none'",
    ),
    "overlap that is none of three": (
        'overlap = "nested"',
        'overlap = "some"',
        "layers.claim: invalid enum value 'some' - at 'overlap'",
    ),
    "repeat by a relation that is not there": (
        'repeat_by = "source"',
        'repeat_by = "says"',
        "layers.claim: repeat_by 'says' is no relation from 'claim'",
    ),
    "repeat by a relation of another layer": (
        'repeat_by = "source"',
        'repeat_by = "coref"',
        "layers.claim: repeat_by 'coref' is no relation from 'claim'",
    ),
    "repeat by a relation where nothing may lie on the same words": (
        'overlap = "nested"\ndepth = 1',
        'overlap = "free"',
        "layers.claim: repeat_by does not go with overlap 'free', only with 'nested'",
    ),
    "default that is no value": (
        'default = "affirm"',
        'default = "afirm"',
        "layers.claim.attributes.stance: default 'afirm' is no value of it"
        " (there are affirm, refute)",
    ),
    "default of what is required": (
        'default = "affirm"',
        'default = "affirm"\nrequired = true',
        "stance: a default does not go with required or multiple",
    ),
    "choice without values": (
        "[layers.speaker]\n",
        '[layers.event.attributes.mood]\ndefinition = "?"\n[layers.speaker]\n',
        "layers.event.attributes.mood: kind 'choice' with 0 values: a choice has values",
    ),
    "entity with values": (
        'kind = "entity"',
        'kind = "entity"\nvalues = { one = { definition = "One." } }',
        "layers.speaker.attributes.entity: kind 'entity' with 1 values:"
        " a choice has values, another kind has none",
    ),
    "value without a definition": (
        CERTAIN,
        'certain = { key = "5" }',
        "layers.claim.attributes.certainty.values.certain: has no 'definition'",
    ),
    "values in a list": (
        'kind = "entity"',
        'kind = "entity"\nvalues = ["one"]',
        "entity.values is not a table of NAME = {definition = …}",
    ),
    "blank value": (
        CERTAIN,
        f'"" = {{ definition = "?" }}, {CERTAIN}',
        "attribute certainty: value '' cannot be used: expected one line",
    ),
    "flag that takes several": (
        'kind = "flag"',
        'kind = "flag"\nmultiple = true',
        "attributes.difficult: kind 'flag' cannot be multiple",
    ),
    "hotkey of a text": (
        'kind = "text"',
        'kind = "text"\nkey = "x"',
        "attributes.remark: only a flag has a key",
    ),
    "kind of attribute that is none": (
        'kind = "text"',
        'kind = "prose"',
        "attributes.remark: invalid enum value 'prose' - at 'kind'",
    ),
    "attribute by a name that the tool uses": (
        "[layers.event.attributes.manner]",
        "[layers.event.attributes.layer]",
        "layers.event.attributes.layer: the name is taken",
    ),
    "attribute of two layers": (
        "[layers.event.attributes.manner]",
        "[layers.event.attributes.stance]",
        "stance: another layer has an attribute of this name; rename one, or declare it once",
    ),
    "attribute of one layer and of all": (
        "[layers.event.attributes.manner]",
        "[layers.event.attributes.remark]",
        "layers.event: attribute 'remark' is also shared",
    ),
    "relation from a layer that is not there": (
        SUPPORTS,
        SUPPORTS.replace("claim", "claims"),
        "relations.supports: 'from' names layer 'claims', but there are event, speaker, claim",
    ),
    "relation to a layer that is not there": (
        TO,
        'to = ["person"]\n',
        "relations.source: 'to' names layer 'person', but there are event, speaker, claim",
    ),
    "relation to nothing": (
        TO,
        "to = []\n",
        "relations.source: 'to' is empty (one of event, speaker, claim)",
    ),
    "relation without a head": (SOURCE, "[relations.source]\n", "relations.source: has no 'from'"),
    "condition on an attribute that is not there": (
        CUE,
        'to_when = { mood = ["grim"] }',
        "relations.cue.to_when: layer 'event' has no attribute 'mood'",
    ),
    "condition on a value that is not there": (
        CUE,
        'to_when = { manner = ["sung"] }',
        "relations.cue.to_when: 'manner' has no value 'sung' (there are spoken, written, silent)",
    ),
    "equality of an attribute that is not there": (
        'same = ["manner"]',
        'same = ["mood"]',
        "relations.coref.same: layer 'event' has no attribute 'mood'",
    ),
    "condition without a value": (
        "counts = [{ max = 1 }]",
        "counts = [{ when = { certainty = [] }, max = 1 }]",
        "relations.cue.counts[1].when: 'certainty' has no value, so that it never holds",
    ),
    "layer that is named twice": (
        'from = ["claim"]',
        'from = ["claim", "claim"]',
        "'from' names layer 'claim' twice",
    ),
    "attribute that is the second column of another": (
        "[layers.claim.attributes.certainty]",
        '[layers.claim.attributes.certainty_label]\nkind = "text"\ndefinition = "?"\n\n'
        "[layers.claim.attributes.certainty]",
        "layers.claim.attributes.certainty_label: is the name of a second column for 'certainty'",
    ),
    "count that no number fits": (
        "counts = [{ max = 1 }]",
        "counts = [{ min = 2, max = 1 }]",
        "relations.cue.counts[1]: min 2 and max 1 leave no number",
    ),
    "count with an unknown key": (
        "counts = [{ max = 1 }]",
        "counts = [{ max = 1 }, { maximum = 1 }]",
        "relations.cue: has an unknown key 'maximum' - at 'counts[2]'",
    ),
    "count on a value that is not there": (
        "counts = [{ max = 1 }]",
        'counts = [{ when = { certainty = ["sure"] } }]',
        "relations.cue.counts[1].when: 'certainty' has no value 'sure'",
    ),
}
