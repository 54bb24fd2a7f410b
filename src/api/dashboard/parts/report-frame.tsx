import { useEffect, useState } from 'preact/hooks'
import { ask, wordsOf } from '../state/client.js'
import { Trouble } from './words.js'

/** The page of a run, sweep or verdict as the command line writes it, in a frame that reaches nothing else. */
export function ReportFrame({ name, title }: { readonly name: string; readonly title: string }) {
  const [url, setUrl] = useState<string | null>(null)
  const [trouble, setTrouble] = useState('')
  useEffect(() => {
    setUrl(null)
    ask<{ url: string }>(`/v1/reports/${name}/tickets`, { method: 'POST' }).then(
      answer => setUrl(answer.url),
      (error: unknown) => setTrouble(wordsOf(error)),
    )
  }, [name])
  return (
    <>
      <Trouble text={trouble} />
      {url !== null && (
        <iframe class="report" src={url} title={title} sandbox="allow-scripts allow-downloads" />
      )}
    </>
  )
}
