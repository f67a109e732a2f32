" The manifest language of Candor: spec/manifest.md.
if exists("b:current_syntax")
  finish
endif

syntax case match
syntax iskeyword @,48-57,_,-
setlocal commentstring=#\ %s

syntax match   candorName     /\<[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\>/
syntax match   candorTerm     /\<\(pd:\|dpv:\)\?[A-Z][A-Za-z]*[a-z][A-Za-z]*\>/
syntax match   candorNumber   /\<\d\+\(\.\d\+\)*\>/
syntax match   candorDate     /\<\d\{4}-\d\{2}-\d\{2}\>/
syntax keyword candorUnit     minute minutes hour hours day days business week weeks month months year years bytes
syntax keyword candorClause   because uses share with by from is in at as to of for under within until after then otherwise told version effective contact telephone web post safeguard template key through covers claim decide set between and lasts extendable grace before
syntax keyword candorValue    consent contract processor controller app authority users public worldwide adequacy SCC BCR access rectification erasure restriction portability objection withdrawal erase anonymise quarantine delete de-identify de-identified optional explicit email sms push on off postgres mariadb sqlite ldap scim http gdpr uk-gdpr ccpa dpdp lgpd created updated deactivated closed subject observed derived partners organisation linked text number flag date time list hash drop truncate generalise identifiers pattern
syntax match   candorDeclare  /^\s*\(policy\|controller\|authority\|law\|honours\|sells\|data\|purpose\|recipient\|keep\|rights\|staff\|collect\|scrub\|age\|notice\|organisations\|system\|place\)\>\(\s*[:"]\)\@!/
syntax match   candorField    /^\s*[a-z][a-z0-9_]*\ze\s*\("[^"]*"\s*\)\?:\(\s\|$\)/
syntax match   candorAddress  +https\?://[^ \t,{}"]\++
syntax match   candorAddress  /[^ \t,{}"#:]\+@[^ \t,{}"#:]\+/
syntax region  candorText     start=/"/ skip=/\\./ end=/"/ oneline
syntax match   candorComment  /\(^\|\s\)\zs#.*$/

highlight default link candorName     Identifier
highlight default link candorTerm     Type
highlight default link candorNumber   Number
highlight default link candorDate     Number
highlight default link candorUnit     Number
highlight default link candorClause   Keyword
highlight default link candorValue    Constant
highlight default link candorDeclare  Statement
highlight default link candorField    Identifier
highlight default link candorAddress  Underlined
highlight default link candorText     String
highlight default link candorComment  Comment

let b:current_syntax = "candor"
