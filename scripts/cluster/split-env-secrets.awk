# Writes each variable of a file of KEY=VALUE lines into a file of its name in the directory OUT, and prints the numbers
# of the lines that are neither that nor a comment. Reads them as scripts/env/parse-env-secrets.ts does.

function trim(text) {
  sub(/^[ \t\r\f\v]+/, "", text)
  sub(/[ \t\r\f\v]+$/, "", text)
  return text
}

# What follows the closing quote: nothing, or a comment.
function is_rest(text) {
  text = trim(text)
  return text == "" || substr(text, 1, 1) == "#"
}

function single(raw,   end) {
  end = index(substr(raw, 2), "'")
  if (end == 0 || !is_rest(substr(raw, end + 2))) return 0
  value = substr(raw, 2, end - 1)
  return 1
}

function double(raw,   at, char) {
  value = ""
  for (at = 2; at <= length(raw); at++) {
    char = substr(raw, at, 1)
    if (char == "\"") return is_rest(substr(raw, at + 1))
    if (char == "\\") {
      if (++at > length(raw)) return 0
      char = substr(raw, at, 1)
      if (char == "n") char = "\n"
    }
    value = value char
  }
  return 0
}

function unquoted(raw) {
  value = raw
  sub(/^#.*$/, "", value)
  sub(/[ \t]+#.*$/, "", value)
  return 1
}

NR == 1 { sub(/^\357\273\277/, "") }
/^[ \t\r]*(#|$)/ { next }
{
  line = trim($0)
  if (line ~ /^export[ \t]+[A-Za-z_]/) sub(/^export[ \t]+/, "", line)
  if (line !~ /^[A-Za-z_][A-Za-z0-9_]*[ \t]*=/) {
    print NR
    next
  }
  name = trim(substr(line, 1, index(line, "=") - 1))
  raw = trim(substr(line, index(line, "=") + 1))
  quote = substr(raw, 1, 1)
  if (quote == "'") known = single(raw)
  else if (quote == "\"") known = double(raw)
  else known = unquoted(raw)
  if (!known) {
    print NR
    next
  }
  file = ENVIRON["OUT"] "/" name
  printf "%s", value > file
  close(file)
}
